// Requests to the studio. Error responses are thrown as a Problem.

export interface Style { name: string; title: string; description: string }
export interface ModelState { ready: boolean; name: string; why: string; size: number }
export interface Status {
  version: string;
  styles: Style[];
  model: ModelState;
  previews_waiting: number;
  previews_running: number;
  jobs_waiting: number;
  library_bytes: number;
  live: string[];
  photo_bytes: number;
  clip_bytes: number;
  public_address: string;
}
export interface Photo {
  id: string; name: string; created: number; width: number; height: number; faces: number; bytes: number;
}
export interface Look {
  style: string; strength: number; anime: number; faces_only: boolean; detail: number | "auto";
}
export interface Picture {
  id: string; name: string; created: number; settings: Partial<Look>; width: number; height: number; bytes: number;
}
export interface Clip {
  id: string; name: string; created: number; width: number; height: number;
  frames: number; seconds: number; rate: number; sound: boolean; bytes: number;
}
export interface Job {
  id: string; name: string; kind: string; created: number;
  state: "queued" | "running" | "done" | "failed" | "cancelled";
  done: number; total: number | null; started: number | null; finished: number | null;
  message: string; bytes: number; left: number | null; spec: Record<string, unknown>;
}

/** An error response: `code` for programs, the message for people. `status` is 0 if there was no response. */
export class Problem extends Error {
  constructor(readonly status: number, readonly code: string, detail: string) {
    super(detail);
  }
}

/** Twelve random hex digits. `crypto.randomUUID` exists only over https and on localhost. */
const randomId = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(6)), (byte) => byte.toString(16).padStart(2, "0")).join("");
const client = sessionStorage.getItem("client") ?? randomId();
sessionStorage.setItem("client", client);

/** Tells the page that there was no response; see connection.ts. */
function unreachable(message: string): Problem {
  dispatchEvent(new Event("studio-unreachable"));
  return new Problem(0, "unreachable", message);
}

export async function send(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<Response> {
  const raw = body instanceof Blob;
  const headers: Record<string, string> = { "X-Client": client };
  if (body !== undefined && !raw) headers["Content-Type"] = "application/json";
  let response: Response;
  try {
    const content = raw ? (body as Blob) : body === undefined ? null : JSON.stringify(body);
    // A save outlives its page; browsers allow that for small bodies.
    const keepalive = method === "PUT" && String(content).length < 60_000;
    response = await fetch(path, { method, headers, body: content, signal: signal ?? null, keepalive });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw unreachable("The studio is not responding. Check that it is still running.");
  }
  if (response.ok) return response;
  const problem = await response.json().catch(() => ({ code: "http", detail: response.statusText }));
  throw new Problem(response.status, problem.code, problem.detail);
}

export const get = async <T>(path: string): Promise<T> => (await send("GET", path)).json();
export const post = async <T>(path: string, body: unknown = {}): Promise<T> => (await send("POST", path, body)).json();
export const patch = async <T>(path: string, body: unknown): Promise<T> => (await send("PATCH", path, body)).json();
export const put = async <T>(path: string, body: unknown): Promise<T> => (await send("PUT", path, body)).json();
export const remove = async (path: string): Promise<void> => void (await send("DELETE", path));

/** Upload a file; `progress` is called with the fraction that was sent, 0 to 1. */
export function upload<T>(path: string, file: File, progress: (fraction: number) => void = () => {}): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", `${path}?name=${encodeURIComponent(file.name.slice(0, 300))}`);
    request.setRequestHeader("X-Client", client);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.responseType = "json";
    request.upload.onprogress = (event) => progress(event.total ? event.loaded / event.total : 0);
    request.onerror = request.onabort = () => {
      unreachable("");
      reject(new Problem(0, "interrupted", "The upload was interrupted. Send the file again when the studio is running."));
    };
    request.onload = () => {
      const body = request.response ?? {};
      if (request.status < 300) resolve(body as T);
      else reject(new Problem(request.status, body.code ?? "http", body.detail ?? request.statusText));
    };
    request.send(file);
  });
}

/** Runs `work` once at a time. Of the calls that come meanwhile, only the latest is run. */
export function latestOnly<A>(work: (argument: A) => Promise<void>): (argument: A) => void {
  let busy = false;
  let waiting: { argument: A } | null = null;
  const run = async (argument: A): Promise<void> => {
    busy = true;
    try {
      await work(argument);
    } finally {
      busy = false;
      if (waiting) {
        const next = waiting.argument;
        waiting = null;
        void run(next);
      }
    }
  };
  return (argument) => {
    if (busy) waiting = { argument };
    else void run(argument);
  };
}

/** "1 face", "2 faces", "no faces". */
export function plural(count: number, what: string): string {
  return `${count || "no"} ${what}${count === 1 ? "" : "s"}`;
}

export function megabytes(bytes: number): string {
  return bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const minutes = Math.floor(whole / 60);
  return minutes ? `${minutes} min ${String(whole % 60).padStart(2, "0")} s` : `${whole} s`;
}

export type Edits = Record<string, number>;
export interface Attribute {
  tag: string; region: string; colour: boolean; opposite: string; choice: string; score: number | null;
}
export interface Character {
  id: string; name: string; created: number; model: string; edits: Edits; favourite: boolean; kept: boolean;
}
export interface Keyframe { time: number; edits: Edits; easing: string }
export interface Method { name: string; look: Look }
export interface Study {
  id: string; name: string; created: number; question: string; key: string; methods: Method[];
  photos: string[]; repeats: number; open: boolean; ready: boolean; message: string; people: number; choices: number;
}
export interface Duel {
  first: number; second: number; wins: number; losses: number; rate: number | null; low: number | null; high: number | null;
  p: number | null; p_holm: number | null; people_for: number; people_against: number; p_people: number | null;
}
export interface Findings {
  people: number; choices: number; repeats: number; agreement: number | null; left: number | null;
  duels: Duel[]; wins: number[]; shown: number[];
}
