// A picture in the clipboard is taken wherever it is pasted, unless there is a text beside it and
// the focus is in a text field: that stays a paste. A text pasted outside of any field is a link
// or a title for the one input.

import { around } from "./parts.js";

/**
 * @param {HTMLInputElement} input @param {(files: FileList) => void} takeFiles
 * @param {(text: string) => void} takeText
 */
export function acceptPastes(input, takeFiles, takeText) {
  document.addEventListener("paste", (event) => {
    const files = event.clipboardData?.files;
    const words = event.clipboardData?.getData("text/plain").trim();
    const field = around(event, "input[type=text], textarea, select, [contenteditable]");
    if (field && (words || field !== input)) return;
    if (files?.length) takeFiles(files);
    else if (words && !field) takeText(words);
    else return;
    event.preventDefault();
  });
}
