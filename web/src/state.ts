// Shared by pages: the studio's status, and the photo of Stage, Cast and Direct.

import { get, type Photo, type Status } from "./api";
import { recentWork } from "./work";

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

/** The photos of the library, and the one to show: this window's, else the one that was worked on last. */
export async function openPhotos(): Promise<{ photos: Photo[]; current: Photo | null }> {
  const photos = await get<Photo[]>("/api/photos");
  const find = (id: string | undefined): Photo | undefined => photos.find((each) => each.id === id);
  const recent = find(chosen?.id) ? [] : await recentWork();
  const last = recent.find(({ page, item }) => (page === "stage" || page === "cast") && find(item));
  const current = find(chosen?.id) ?? find(last?.item) ?? null;
  choosePhoto(current);
  return { photos, current };
}

export const viewOf = (id: string): string => `/api/photos/${id}/view.jpg`;

/** A page: its element, handlers of keys and dropped files, and a clean-up for when it is left. */
export interface Page {
  element: HTMLElement;
  drop?: (files: File[]) => void;
  key?: (event: KeyboardEvent) => boolean;
  leave?: () => void;
}
