// Records a canvas and the microphone to a file.

export interface Recorder {
  readonly sound: boolean; // false if the microphone cannot be used
  stop(): Promise<File>;
}

// MP4 opens in more programs; browsers without its encoders write WebM.
const FORMATS: [string, string][] = [
  ["video/mp4;codecs=avc1.640028,mp4a.40.2", "mp4"], ["video/webm;codecs=vp9,opus", "webm"], ["video/webm", "webm"],
];
const RATE = 30; // frames a second at most
const BITS = 6_000_000; // a second

export async function record(canvas: HTMLCanvasElement): Promise<Recorder> {
  const format = FORMATS.find(([type]) => MediaRecorder.isTypeSupported(type));
  if (!format) throw new Error("This browser cannot record; use Chrome, Edge, Firefox or Safari");
  const [mimeType, suffix] = format;
  const microphone = await navigator.mediaDevices.getUserMedia({ audio: true }).catch(() => null);
  const tracks = [...canvas.captureStream(RATE).getVideoTracks(), ...(microphone?.getAudioTracks() ?? [])];
  const recorder = new MediaRecorder(new MediaStream(tracks), { mimeType, videoBitsPerSecond: BITS });
  const parts: Blob[] = [];
  recorder.ondataavailable = (event) => parts.push(event.data);
  recorder.start(1000);
  return {
    sound: Boolean(microphone),
    stop: () => new Promise((resolve) => {
      recorder.onstop = () => {
        tracks.forEach((track) => track.stop());
        const time = new Date().toISOString().slice(0, 19).replace(/[T:]/g, "-");
        resolve(new File(parts, `live-${time}.${suffix}`, { type: mimeType.split(";")[0] }));
      };
      if (recorder.state === "inactive") recorder.onstop(new Event("stop"));
      else recorder.stop();
    }),
  };
}
