/** What both sides of a picture that does not pass Gcam tell each other first: docs/ref/direct.md. Pure. */

/** An address at which one side may be reached. */
export interface Candidate {
  candidate: string;
  mid: string | null;
  line: number | null;
}

/** As Gcam passes it on. */
export function signalOf({ candidate, sdpMid, sdpMLineIndex }: RTCIceCandidate): Candidate {
  return { candidate, mid: sdpMid, line: sdpMLineIndex };
}

export function candidateOf({ candidate, mid, line }: Candidate): RTCIceCandidateInit {
  return { candidate, sdpMid: mid, sdpMLineIndex: line };
}
