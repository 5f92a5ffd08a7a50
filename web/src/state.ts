// Shared by pages: the studio's status, and the photo of Stage, Cast and Direct.

import { get, type Photo, type Status } from "./api";

let known: Promise<Status> | null = null;

export function status(fresh = false): Promise<Status> {
  if (!known || fresh) {
    known = get<Status>("/api/status");
    known.catch(() => (known = null));
  }
  return known;
}

let chosen: Photo | null = JSON.parse(sessionStorage.getItem("photo") ?? "null");

export function photo(): Photo | null {
  return chosen;
}

export function choosePhoto(next: Photo | null): void {
  chosen = next;
  if (next) sessionStorage.setItem("photo", JSON.stringify(next));
  else sessionStorage.removeItem("photo");
}

export const viewOf = (id: string): string => `/api/photos/${id}/view.jpg`;

/** A page: its element, a key handler, and a clean-up for when it is left. */
export interface Page {
  element: HTMLElement;
  key?: (event: KeyboardEvent) => boolean;
  leave?: () => void;
}
