// The list of renders, polled while it is shown.

import { duration, get, megabytes, patch, post, type Job } from "./api";
import { editable, tool } from "./controls";
import { fill, h, ICONS } from "./dom";
import { bare, save } from "./files";
import { showError, action, deleteWithUndo } from "./notice";

const BUSY = 700; // milliseconds between polls while a job waits or runs
const CALM = 5000;

/** The address of a rendered film; a figure is a .mov. */
export const filmOf = (job: Job): string => `/api/jobs/${job.id}/${job.spec.figure ? "figure.mov" : "film.mp4"}`;
export const suffixOf = (job: Job): string => (job.spec.figure ? "mov" : "mp4");

export class Renders {
  readonly element = h("ul", { class: "jobs", "aria-label": "Renders" });
  private timer = 0;
  private stopped = false;
  private rows = new Map<string, { row: HTMLLIElement; state: string }>();

  constructor(
    private readonly wanted: (job: Job) => boolean,
    private readonly opened: (job: Job) => void,
    private readonly empty: string,
    private readonly ended: (job: Job) => void = () => {},
  ) {}

  async look(): Promise<void> {
    clearTimeout(this.timer);
    if (this.stopped) return;
    let busy = false;
    try {
      const jobs = (await get<Job[]>("/api/jobs")).filter((job) => job.kind === "film" && this.wanted(job));
      busy = jobs.some((job) => job.state === "queued" || job.state === "running");
      this.paint(jobs);
    } catch (error) {
      showError(error);
    }
    this.timer = window.setTimeout(() => void this.look(), busy ? BUSY : CALM);
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private paint(jobs: Job[]): void {
    if (!jobs.length) {
      this.rows.clear();
      fill(this.element, h("li", { class: "hint" }, this.empty));
      return;
    }
    const shown = new Set(jobs.map((job) => job.id));
    for (const id of this.rows.keys()) if (!shown.has(id)) this.rows.delete(id);
    const rows = jobs.map((job) => {
      const known = this.rows.get(job.id);
      if (known && known.state === job.state && job.state !== "running") return known.row;
      if (known && known.state === job.state) {
        this.progress(known.row, job);
        return known.row;
      }
      if (known && job.state === "done") this.ended(job);
      const row = this.row(job);
      this.rows.set(job.id, { row, state: job.state });
      return row;
    });
    const now = [...this.element.children];
    if (now.length !== rows.length || rows.some((row, index) => row !== now[index])) this.element.replaceChildren(...rows);
  }

  private row(job: Job): HTMLLIElement {
    const tools = h("span", { class: "tools" });
    const act = (name: string, path: string, work: () => Promise<unknown>): void =>
      void tools.append(tool(name, path, (event) => void action(async () => {
        await work();
        await this.look();
      })(event)));
    if (job.state === "done") {
      if (!job.spec.figure) act("Play", ICONS.play, async () => this.opened(job)); // browsers cannot play ProRes
      act("Download", ICONS.down, async () => save(filmOf(job), `${bare(job.name)}.${suffixOf(job)}`));
    }
    if (job.state === "queued" || job.state === "running")
      act("Cancel", ICONS.stop, () => post(`/api/jobs/${job.id}/cancel`));
    else {
      if (job.state !== "done") act("Render again", ICONS.redo, () => post(`/api/jobs/${job.id}/again`));
      act("Delete", ICONS.trash, () => deleteWithUndo(`/api/jobs/${job.id}`, job.name, () => this.look()));
    }
    const row = h("li", { class: `job ${job.state}`, "data-id": job.id, "data-state": job.state },
      h("div", { class: "row" },
        editable(job.name, (name) => void patch(`/api/jobs/${job.id}`, { name }).catch(showError)), tools),
      h("p", { class: "hint said" }),
      job.state === "running" && h("progress", { max: 1, "aria-label": `Progress of ${job.name}` }));
    this.progress(row, job);
    return row;
  }

  private progress(row: HTMLElement, job: Job): void {
    const said = row.querySelector(".said");
    const bar = row.querySelector("progress");
    const part = job.total ? job.done / job.total : 0;
    if (bar && job.done) bar.value = part;
    const texts: Record<Job["state"], string> = {
      queued: job.message || "waiting",
      running: job.done
        ? `${job.done} of ${job.total ?? "?"} frames${job.left === null ? "" : ` · ${duration(job.left)} left`}`
        : "starting",
      done: `${job.done} frames · ${megabytes(job.bytes)}${job.message ? ` · ${job.message}` : ""}`,
      failed: job.message,
      cancelled: "cancelled",
    };
    if (said) said.textContent = texts[job.state];
  }
}
