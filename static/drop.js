// Files dropped anywhere on the page go to `takeFiles`, and a link from elsewhere to `takeLink`
// where there is one; the page's own pictures go nowhere.

import { around, part } from "./parts.js";

const MOST_WITHIN = 1000; // files looked for in folders

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

// What was dropped, with the files within folders, and whether there was a folder. To be called at
// once: what is dropped can be looked into only then.
/** @param {DataTransfer} data @returns {Promise<{found: File[], folders: boolean}>} */
export async function filesWithin(data) {
  const files = [...data.files];
  const entries = [...data.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  if (!entries.some((entry) => entry.isDirectory)) return { found: files, folders: false };
  /** @type {File[]} */
  const found = [];
  for (const entry of entries) await gather(entry, found);
  return { found, folders: true };
}

/** @param {FileSystemEntry} entry @param {File[]} found */
async function gather(entry, found) {
  if (found.length >= MOST_WITHIN) return;
  if (entry instanceof FileSystemFileEntry) {
    found.push(await new Promise((take, fail) => entry.file(take, fail)));
  } else if (entry instanceof FileSystemDirectoryEntry) {
    const reader = entry.createReader();
    for (let some = await read(reader); some.length; some = await read(reader)) {
      for (const each of some) await gather(each, found);
    }
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
