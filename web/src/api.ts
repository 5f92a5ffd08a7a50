// What the studio is asked for. Every answer that is a refusal becomes a Problem.

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

/** A refusal: `code` for programs, the message for people. */
export class Problem extends Error {
  constructor(readonly status: number, readonly code: string, detail: string) {
    super(detail);
  }
}

const client = sessionStorage.getItem("client") ?? crypto.randomUUID();
sessionStorage.setItem("client", client);

export async function ask(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<Response> {
  const raw = body instanceof Blob;
  const headers: Record<string, string> = { "X-Client": client };
  if (body !== undefined && !raw) headers["Content-Type"] = "application/json";
  let answer: Response;
  try {
    const sent = raw ? (body as Blob) : body === undefined ? null : JSON.stringify(body);
    answer = await fetch(path, { method, headers, body: sent, signal: signal ?? null });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Problem(0, "gone", "The studio does not answer. Is it still running?");
  }
  if (answer.ok) return answer;
  const why = await answer.json().catch(() => ({ code: "http", detail: answer.statusText }));
  throw new Problem(answer.status, why.code, why.detail);
}

export const get = async <T>(path: string): Promise<T> => (await ask("GET", path)).json();
export const post = async <T>(path: string, body: unknown = {}): Promise<T> => (await ask("POST", path, body)).json();
export const patch = async <T>(path: string, body: unknown): Promise<T> => (await ask("PATCH", path, body)).json();
export const remove = async (path: string): Promise<void> => void (await ask("DELETE", path));

/** Send a file; `moved` hears the part that has arrived, 0 to 1. */
export function upload<T>(path: string, file: File, moved: (part: number) => void = () => {}): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", `${path}?name=${encodeURIComponent(file.name.slice(0, 300))}`);
    request.setRequestHeader("X-Client", client);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.responseType = "json";
    request.upload.onprogress = (event) => moved(event.total ? event.loaded / event.total : 0);
    request.onerror = () => reject(new Problem(0, "gone", "The upload broke off. Is the studio still running?"));
    request.onload = () => {
      const answer = request.response ?? {};
      if (request.status < 300) resolve(answer as T);
      else reject(new Problem(request.status, answer.code ?? "http", answer.detail ?? request.statusText));
    };
    request.send(file);
  });
}

/** Runs `work` for the newest argument only: what comes while it works waits, and replaces what waited. */
export function newest<A>(work: (argument: A) => Promise<void>): (argument: A) => void {
  let busy = false;
  let waiting: { argument: A } | null = null;
  const turn = async (argument: A): Promise<void> => {
    busy = true;
    try {
      await work(argument);
    } finally {
      busy = false;
      if (waiting) {
        const next = waiting.argument;
        waiting = null;
        void turn(next);
      }
    }
  };
  return (argument) => {
    if (busy) waiting = { argument };
    else void turn(argument);
  };
}

/** "1 face", "2 faces", "no faces". */
export function many(count: number, what: string): string {
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
