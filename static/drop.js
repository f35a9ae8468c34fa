// Files dropped anywhere on the page go to `takeFiles`, and a link from elsewhere to `takeLink`
// where there is one; the page's own pictures go nowhere.

import { around, part } from "./parts.js";

const MOST_WITHIN = 1000; // pictures looked for in folders

/**
 * @param {(files: FileList, data: DataTransfer) => void} takeFiles
 * @param {(link: string) => void} [takeLink]
 */
export function acceptDrops(takeFiles, takeLink) {
  const veil = part(document, ".dropping");
  let own = false; // a picture of this page is being dragged: that is no upload
  let depth = 0;
  /** @param {DragEvent} event */
  const brings = (event) => {
    const types = event.dataTransfer?.types ?? [];
    const intoText = around(event, "input[type=text], textarea"); // stays the browser's
    return (
      !own &&
      (types.includes("Files") || (takeLink && types.includes("text/uri-list") && !intoText))
    );
  };
  document.addEventListener("dragstart", () => (own = true));
  document.addEventListener("dragend", () => (own = false));
  document.addEventListener("dragenter", (event) => {
    if (!brings(event)) return;
    depth += 1;
    veil.hidden = false;
  });
  document.addEventListener("dragleave", (event) => {
    if (!brings(event)) return;
    depth = Math.max(0, depth - 1);
    veil.hidden = depth === 0;
  });
  document.addEventListener("dragover", (event) => {
    if (!brings(event) || !event.dataTransfer) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
  });
  document.addEventListener("drop", (event) => {
    depth = 0;
    veil.hidden = true;
    if (!brings(event) || !event.dataTransfer) return;
    event.preventDefault();
    const link = event.dataTransfer.getData("text/uri-list").split(/\r?\n/).find(isLink);
    if (event.dataTransfer.files.length) takeFiles(event.dataTransfer.files, event.dataTransfer);
    else if (link) takeLink?.(link);
  });
}

// Whether a folder is among what was dropped. Sent as a file it leads to an error of the browser.
/** @param {DataTransfer} data */
export function holdsFolder(data) {
  return entries(data).some((entry) => entry.isDirectory);
}

// What was dropped, or where a folder is among it the pictures in all of it, and whether one is. To
// be called at once: what is dropped can be looked into only then.
/**
 * @param {DataTransfer} data @param {(name: string) => boolean} isPicture
 * @returns {Promise<{found: File[], folders: boolean}>}
 */
export async function filesWithin(data, isPicture) {
  const files = [...data.files];
  if (!holdsFolder(data)) return { found: files, folders: false };
  /** @type {File[]} */
  const found = [];
  for (const entry of entries(data)) await gather(entry, isPicture, found);
  return { found, folders: true };
}

/** @param {DataTransfer} data */
function entries(data) {
  return [...data.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
}

// One that cannot be read costs the others nothing.
/**
 * @param {FileSystemEntry} entry @param {(name: string) => boolean} isPicture
 * @param {File[]} found
 */
async function gather(entry, isPicture, found) {
  if (found.length >= MOST_WITHIN) return;
  try {
    // Chromium has no interfaces by the standard's names to tell the two by.
    if (entry.isDirectory) {
      const reader = /** @type {FileSystemDirectoryEntry} */ (entry).createReader();
      for (let some = await read(reader); some.length; some = await read(reader)) {
        for (const each of some) await gather(each, isPicture, found);
      }
    } else if (isPicture(entry.name)) {
      const picture = /** @type {FileSystemFileEntry} */ (entry);
      found.push(await new Promise((take, fail) => picture.file(take, fail)));
    }
  } catch {
    // It is gone meanwhile, or closed to whoever dropped it.
  }
}

/** @param {FileSystemDirectoryReader} reader @returns {Promise<FileSystemEntry[]>} */
function read(reader) {
  return new Promise((take, fail) => reader.readEntries(take, fail));
}

/** @param {string} line */
function isLink(line) {
  return /^https?:/.test(line);
}
