// Uploads: each file goes to where its kind belongs.

import { upload, type Character, type Clip, type Photo } from "./api";
import { notify, showError } from "./notice";
import { choosePhoto } from "./state";

export const PHOTOS = "image/*";
export const CLIPS = "video/*,.mkv";
const CHARACTER = /\.json$/i;
const CLIP = /\.(mp4|mov|m4v|mkv|webm|avi|mpe?g|ts|mts|3gp|wmv|flv)$/i;

type Kind = "photo" | "clip" | "character";
const PATHS: Record<Kind, string> = { photo: "/api/photos", clip: "/api/clips", character: "/api/characters/file" };

export const kindOf = (file: File): Kind =>
  CHARACTER.test(file.name) || file.type === "application/json" ? "character"
    : file.type.startsWith("video/") || CLIP.test(file.name) ? "clip" : "photo";

/** What was uploaded, by kind. */
export interface Added { photos: Photo[]; clips: Clip[]; characters: Character[] }

/** Upload `files` in order. `first` is called with the first of each kind as soon as it is there. Failures are shown. */
export async function add(
  files: File[], first: Partial<{ photo: (made: Photo) => void; clip: (made: Clip) => void; character: (made: Character) => void }> = {},
): Promise<Added> {
  const added: Added = { photos: [], clips: [], characters: [] };
  for (const file of files) {
    const kind = kindOf(file);
    document.body.classList.add("sending");
    try {
      const made = await upload<Photo & Clip & Character>(PATHS[kind], file, (part) => document.body.style.setProperty("--sent", `${part * 100}%`));
      const list: unknown[] = added[`${kind}s`];
      list.push(made);
      if (list.length === 1) first[kind]?.(made);
    } catch (error) {
      showError(files.length > 1 && error instanceof Error ? new Error(`${file.name}: ${error.message}`) : error);
    } finally {
      document.body.classList.remove("sending");
      document.body.style.removeProperty("--sent");
    }
  }
  const count = added.photos.length + added.clips.length + added.characters.length;
  if (count > 1) notify(`${count} files added to the library`);
  return added;
}

/** Files that a page does not take itself: open the first where it belongs. */
export const openElsewhere = (files: File[]): Promise<Added> => add(files, {
  photo: (made) => { choosePhoto(made); location.hash = "#stage"; },
  clip: (made) => { sessionStorage.setItem("clip", JSON.stringify(made)); location.hash = "#film"; },
  character: (made) => (location.hash = `#direct/${made.id}`),
});
