/** A browser's camera in a `<video>`, from that browser itself (WebRTC); Gcam only passes on how both reach each other. */
import { DirectSocket, type Heard } from "../api/direct.js";
import { candidateOf, signalOf } from "./direct-signals.js";

/** Two browsers that reach each other do within a moment. */
const REACHED_WITHIN_MS = 10_000;
const SILENCE_MS = 5000;
const LOOK_EVERY_MS = 500;

export function canSeeDirectly(): boolean {
  return "RTCPeerConnection" in globalThis && "requestVideoFrameCallback" in HTMLVideoElement.prototype;
}

/** Ends once, and does not come back by itself: who uses it has another way to show the camera. */
export class DirectFeed {
  private readonly socket: DirectSocket;
  private peer: RTCPeerConnection | undefined;
  private seen = false;
  private due_ms = performance.now() + REACHED_WITHIN_MS;
  private readonly clock = setInterval(() => this.look(), LOOK_EVERY_MS);
  private closed = false;

  /** `shown` is called with the first picture, `over` with why it ends, as a word of `live.direct.why`. */
  constructor(
    camera: string,
    private readonly video: HTMLVideoElement,
    private readonly shown: () => void,
    private readonly over: (why: string) => void,
  ) {
    this.socket = new DirectSocket(camera, (heard) => void this.hear(heard), () => this.end("lost"));
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    clearInterval(this.clock);
    this.socket.close();
    this.peer?.close();
    this.video.srcObject = null;
  }

  private async hear(heard: Heard): Promise<void> {
    try {
      if (heard.type === "gone") this.end(heard.code);
      else if (heard.type === "offer") await this.answer(heard);
      else await this.peer?.addIceCandidate(candidateOf(heard));
    } catch {
      this.end("unreachable");
    }
  }

  private async answer({ sdp, ice_servers }: Extract<Heard, { type: "offer" }>): Promise<void> {
    const peer = new RTCPeerConnection({ iceServers: ice_servers });
    this.peer = peer;
    peer.ontrack = ({ track }) => {
      if (track.kind === "video") this.show(track);
    };
    peer.onicecandidate = ({ candidate }) => {
      if (candidate?.candidate) this.socket.say({ type: "candidate", ...signalOf(candidate) });
    };
    peer.onconnectionstatechange = () => {
      if (peer.connectionState === "failed") this.end(this.seen ? "lost" : "unreachable");
    };
    await peer.setRemoteDescription({ type: "offer", sdp });
    await peer.setLocalDescription();
    this.socket.say({ type: "answer", sdp: peer.localDescription?.sdp ?? "" });
  }

  private show(track: MediaStreamTrack): void {
    this.video.srcObject = new MediaStream([track]);
    const next = (): void => {
      if (this.closed) return;
      this.due_ms = performance.now() + SILENCE_MS;
      if (!this.seen) this.shown();
      this.seen = true;
      this.video.requestVideoFrameCallback(next);
    };
    this.video.requestVideoFrameCallback(next);
  }

  private look(): void {
    if (performance.now() > this.due_ms) this.end(this.seen ? "lost" : "unreachable");
  }

  private end(why: string): void {
    if (this.closed) return;
    this.close();
    this.over(why);
  }
}
