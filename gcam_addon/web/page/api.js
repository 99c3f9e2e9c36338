// Everything the page asks of Gcam. Addresses are relative: Gcam may live under a sub-path.

const ROOT = "api/v1";
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 8000;

const cameraPath = (id) => `${ROOT}/cameras/${encodeURIComponent(id)}`;
const clipPath = (id) => `${ROOT}/clips/${encodeURIComponent(id)}`;

const ask = async (path, method = "GET", body = undefined) => {
  const response = await fetch(path, {
    method,
    headers: body === undefined ? {} : { "Content-Type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (response.status === 204) return null;
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error.message);
  return answer;
};

export const listCameras = async () => (await ask(`${ROOT}/cameras`)).cameras;
export const record = (id, seconds) => ask(`${cameraPath(id)}/record`, "POST", { seconds });
export const getStorage = () => ask(`${ROOT}/storage`);
export const protectClip = (id, isProtected) => ask(clipPath(id), "PATCH", { protected: isProtected });
export const deleteClip = (id) => ask(clipPath(id), "DELETE");

export const listClips = async ({ camera, before, limit }) => {
  const query = new URLSearchParams({ limit });
  if (camera) query.set("camera", camera);
  if (before !== undefined) query.set("before", before);
  return (await ask(`${ROOT}/clips?${query}`)).clips;
};

export const snapshot = async (id) => {
  const response = await fetch(`${cameraPath(id)}/snapshot.jpg`);
  return response.ok ? response.blob() : null;
};

export const videoUrl = (clip) => `${clipPath(clip.id)}/video.mp4`;
export const downloadUrl = (clip) => `${videoUrl(clip)}?download=1`;
export const thumbnailUrl = (clip) => `${clipPath(clip.id)}/thumbnail.jpg`;

const openSocket = (path) => {
  const url = new URL(path, document.baseURI);
  url.protocol = url.protocol.replace("http", "ws");
  return new WebSocket(url);
};

export const openFrames = (id) => {
  const socket = openSocket(`${cameraPath(id)}/frames`);
  socket.binaryType = "blob";
  return socket;
};

/** Calls `hear(event)` for all that happens, for ever; `onConnection(connected)` when that changes. */
export const followEvents = (hear, onConnection) => {
  let retryMs = FIRST_RETRY_MS;
  const connect = () => {
    const socket = openSocket(`${ROOT}/events`);
    socket.onmessage = (message) => {
      retryMs = FIRST_RETRY_MS;
      onConnection(true);
      hear(JSON.parse(message.data));
    };
    socket.onclose = () => {
      onConnection(false);
      setTimeout(connect, retryMs);
      retryMs = Math.min(LAST_RETRY_MS, retryMs * 2);
    };
  };
  connect();
};
