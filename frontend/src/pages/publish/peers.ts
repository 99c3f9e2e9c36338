/** Who sees this device's camera without Gcam in between (WebRTC). Gcam says who, and ends it: docs/ref/direct.md. */

import { candidateOf, signalOf, type Candidate } from "../../media/direct-signals.js";

/** What Gcam says. */
export type Heard =
  | { type: "viewer"; viewer: number; ice_servers: RTCIceServer[] }
  | { type: "answer"; viewer: number; sdp: string }
  | ({ type: "candidate"; viewer: number } & Candidate)
  | { type: "gone"; viewer: number };

export function canBeSeen(): boolean {
  return "RTCPeerConnection" in globalThis;
}

export class Peers {
  private readonly peers = new Map<number, RTCPeerConnection>();

  /** `changed` hears how many there are. */
  constructor(
    private stream: MediaStream,
    private readonly say: (text: string) => void,
    private readonly changed: (count: number) => void,
  ) {}

  async hear(text: string): Promise<void> {
    const heard = JSON.parse(text) as Heard;
    if (heard.type === "viewer") await this.meet(heard.viewer, heard.ice_servers);
    else if (heard.type === "gone") this.leave(heard.viewer);
    else await this.listen(heard);
  }

  /** The same pictures of a camera that was opened anew. */
  async goOn(stream: MediaStream): Promise<void> {
    this.stream = stream;
    const [track] = stream.getVideoTracks();
    const senders = [...this.peers.values()].flatMap((peer) => peer.getSenders());
    await Promise.all(senders.map((sender) => sender.replaceTrack(track ?? null)));
  }

  /** Without Gcam's word nobody is sent anything. */
  end(): void {
    for (const viewer of [...this.peers.keys()]) this.leave(viewer);
  }

  private async meet(viewer: number, iceServers: RTCIceServer[]): Promise<void> {
    const [track] = this.stream.getVideoTracks();
    if (!track) return;
    const peer = new RTCPeerConnection({ iceServers });
    this.peers.set(viewer, peer);
    this.changed(this.peers.size);
    peer.addTransceiver(track, { direction: "sendonly", streams: [this.stream] });
    peer.onicecandidate = ({ candidate }) => {
      if (candidate?.candidate) this.tell({ type: "candidate", viewer, ...signalOf(candidate) });
    };
    try {
      await peer.setLocalDescription();
    } catch {
      return; // the viewer left meanwhile
    }
    this.tell({ type: "offer", viewer, sdp: peer.localDescription?.sdp ?? "" });
  }

  /** Of somebody who has left meanwhile it is nothing, and nonsense ends them alone. */
  private async listen(heard: Extract<Heard, { type: "answer" | "candidate" }>): Promise<void> {
    const peer = this.peers.get(heard.viewer);
    try {
      if (heard.type === "answer") await peer?.setRemoteDescription({ type: "answer", sdp: heard.sdp });
      else await peer?.addIceCandidate(candidateOf(heard));
    } catch {
      this.leave(heard.viewer);
    }
  }

  private leave(viewer: number): void {
    this.peers.get(viewer)?.close();
    if (this.peers.delete(viewer)) this.changed(this.peers.size);
  }

  private tell(message: object): void {
    this.say(JSON.stringify(message));
  }
}
