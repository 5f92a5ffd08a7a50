// Plays a clip, or a render of it, always in the time of the clip.

import { get, post, send, latestOnly, type Clip, type Job } from "./api";
import { tool } from "./controls";
import { wait } from "./connection";
import { h, icon, ICONS } from "./dom";
import { filmOf } from "./jobs";
import { showError } from "./notice";

const POLL = 700; // milliseconds
const INSIDE = 1e-3; // seconds into a frame to which is sought, so that rounding does not show the one before

/** The request for the drawn frame, without its time; null if none is to be shown. */
export type FrameRequest = object | null;

export class Player {
  readonly video = h("video", { playsInline: true, preload: "auto", class: "player" });
  readonly bar: HTMLElement;
  readonly element: HTMLElement;
  onmove: () => void = () => {};
  private clip: Clip | null = null;
  private shows: Job | null = null;
  private wanted: number | null = null; // where to go as soon as the file is open
  private readonly drawn = h("img", { class: "drawn-frame", alt: "The frame as it will be drawn", hidden: true });
  private readonly preparing = h("p", { class: "preparing", role: "status", hidden: true });
  private readonly button = tool("Play (Space)", ICONS.play, () => this.toggle());
  private readonly time = h("output", { class: "value time" });

  constructor(private readonly request: () => FrameRequest) {
    const mute = tool("Mute", ICONS.sound, () => {
      this.video.muted = !this.video.muted;
      mute.setAttribute("aria-pressed", String(this.video.muted));
    }, { "aria-pressed": "false" });
    this.bar = h("div", { class: "transport", role: "group", "aria-label": "Player" },
      tool("One frame back (,)", ICONS.previous, () => this.step(-1)), this.button,
      tool("One frame on (.)", ICONS.next, () => this.step(1)), this.time, mute,
      tool("Full screen", ICONS.fit, () => void this.element.requestFullscreen().catch(showError)));
    this.element = h("div", { class: "screen" }, this.video, this.drawn, this.preparing);
    this.video.addEventListener("click", () => this.toggle());
    for (const kind of ["timeupdate", "seeking", "durationchange"]) this.video.addEventListener(kind, () => this.moved());
    for (const kind of ["play", "pause"]) this.video.addEventListener(kind, () => this.stateChanged());
    for (const kind of ["seeked", "loadeddata"]) this.video.addEventListener(kind, () => this.draw());
    this.video.addEventListener("loadedmetadata", () => this.opened());
    this.video.addEventListener("error", () => void this.failed());
  }

  get length(): number {
    return this.clip?.seconds || (Number.isFinite(this.video.duration) && this.video.duration) || 1;
  }

  /** Seconds in the clip. */
  get now(): number {
    return this.wanted ?? this.video.currentTime + this.offset;
  }

  /** Whether a render is shown, which has its own drawing. */
  get rendered(): boolean {
    return this.shows !== null;
  }

  private get offset(): number {
    return Number(this.shows?.spec.start ?? 0);
  }

  show(clip: Clip, at = 0): void {
    this.clip = clip;
    this.shows = null;
    delete this.video.dataset.shows;
    this.preparing.hidden = true;
    this.video.poster = `/api/clips/${clip.id}/poster.jpg`;
    this.load(`/api/clips/${clip.id}/file`, at);
  }

  play(job: Job): void {
    this.shows = job;
    this.video.dataset.shows = job.id;
    this.video.removeAttribute("poster");
    this.load(filmOf(job), this.offset);
    this.video.play().catch(() => {}); // the browser may want a click first
  }

  seek(seconds: number): void {
    const to = Math.min(this.length, Math.max(0, seconds));
    const end = this.offset + (Number(this.shows?.spec.seconds) || this.length);
    if (this.shows && this.clip && (to < this.offset || to > end)) this.show(this.clip, to);
    else if (!this.video.readyState) this.wanted = to;
    else this.video.currentTime = to - this.offset;
    this.moved();
  }

  /** Move by `count` frames. */
  step(count: number): void {
    const rate = this.clip?.rate || 25;
    this.video.pause();
    this.seek((Math.floor(this.now * rate + INSIDE * rate) + count) / rate + INSIDE);
  }

  toggle(): void {
    if (this.video.paused) this.video.play().catch(showError);
    else this.video.pause();
  }

  /** Draw the frame again, because the settings have changed. */
  draw(): void {
    this.drawn.hidden = true;
    if (!this.clip || this.rendered || !this.video.paused || !this.request()) return;
    this.drawing({ clip: this.clip, time: this.now });
  }

  stop(): void {
    this.video.pause();
    this.clip = null;
    this.video.removeAttribute("src");
  }

  private readonly drawing = latestOnly(async ({ clip, time }: { clip: Clip; time: number }) => {
    const request = this.request();
    if (!request) return;
    try {
      const answer = await send("POST", `/api/clips/${clip.id}/frame`, { time: Number(time.toFixed(4)), ...request });
      const data = await answer.blob();
      if (clip !== this.clip || this.rendered || !this.video.paused || Math.abs(this.now - time) > INSIDE) return;
      URL.revokeObjectURL(this.drawn.src);
      this.drawn.src = URL.createObjectURL(data);
      this.drawn.dataset.time = time.toFixed(3);
      this.drawn.hidden = false;
    } catch (error) {
      showError(error);
    }
  });

  private load(source: string, at: number): void {
    this.drawn.hidden = true;
    this.wanted = at;
    this.video.src = source;
  }

  private opened(): void {
    const to = this.wanted;
    this.wanted = null;
    if (to !== null && to - this.offset > 0) this.video.currentTime = to - this.offset;
    this.moved();
  }

  private stateChanged(): void {
    const { paused } = this.video;
    const label = paused ? "Play (Space)" : "Pause (Space)";
    this.button.replaceChildren(icon(paused ? ICONS.play : ICONS.pause));
    this.button.title = label;
    this.button.setAttribute("aria-label", label);
    if (paused) this.draw();
    else this.drawn.hidden = true;
  }

  private moved(): void {
    this.time.textContent = `${this.now.toFixed(2)} / ${this.length.toFixed(2)} s`;
    if (Math.abs(this.now - Number(this.drawn.dataset.time ?? -1)) > INSIDE) this.drawn.hidden = true;
    this.onmove();
  }

  /** The browser cannot play the clip: the studio makes a version that it can. */
  private async failed(): Promise<void> {
    const { clip } = this;
    const proxy = clip && `/api/clips/${clip.id}/proxy.mp4`;
    if (!proxy || this.rendered || this.video.src.endsWith(proxy)) return;
    const at = this.now;
    try {
      await this.prepare(clip);
      if (clip === this.clip && !this.rendered) this.load(proxy, at);
    } catch (error) {
      showError(error);
    } finally {
      this.preparing.hidden = true;
    }
  }

  private async prepare(clip: Clip): Promise<void> {
    this.preparing.hidden = false;
    let job = await post<Job>(`/api/clips/${clip.id}/proxy`);
    while (job.state === "queued" || job.state === "running") {
      const part = job.total ? ` ${Math.round((100 * job.done) / job.total)} %` : "";
      this.preparing.textContent = `This browser cannot play the clip. Converting it …${part}`;
      await wait(POLL);
      if (clip !== this.clip) return;
      job = await get<Job>(`/api/jobs/${job.id}`);
    }
    if (job.state !== "done") throw new Error(`The clip cannot be shown: ${job.message || job.state}`);
  }
}
