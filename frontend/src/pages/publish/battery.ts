/** How full this device's battery is, where the browser tells. */
import type { ReactiveController, ReactiveControllerHost } from "lit";

interface Told extends EventTarget {
  level: number;
  charging: boolean;
}

export class Battery implements ReactiveController {
  private told: Told | undefined;
  private readonly changed = (): void => this.host.requestUpdate();

  constructor(private readonly host: ReactiveControllerHost) {
    host.addController(this);
  }

  /** 0 to 1; undefined where it is not known. */
  get level(): number | undefined {
    return this.told?.level;
  }

  get charging(): boolean {
    return this.told?.charging ?? false;
  }

  hostConnected(): void {
    void this.ask();
  }

  hostDisconnected(): void {
    for (const event of EVENTS) this.told?.removeEventListener(event, this.changed);
    this.told = undefined;
  }

  private async ask(): Promise<void> {
    try {
      this.told = await (navigator as { getBattery?: () => Promise<Told> }).getBattery?.();
    } catch {
      return; // forbidden here: then it is not known
    }
    for (const event of EVENTS) this.told?.addEventListener(event, this.changed);
    this.changed();
  }
}

const EVENTS = ["levelchange", "chargingchange"] as const;
