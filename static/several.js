// Several files at once are drafts of one poster: compared side by side on a page of their own.

import { allSendable } from "./photograph.js";

// Who ticked that nothing is to be kept is told that drafts are, rather than have them kept.
/** @param {File[]} files */
export async function compare(files, unkept = false) {
  send("/compare", await allSendable(files), unkept);
}

// Posters sent as a form sends them; the answer takes this page's place.
/** @param {string} action @param {File[]} files */
export function send(action, files, unkept = false) {
  const form = document.createElement("form");
  Object.assign(form, { action, method: "post", enctype: "multipart/form-data" });
  const input = document.createElement("input");
  Object.assign(input, { type: "file", name: "poster", multiple: true, files: carried(files) });
  form.hidden = true;
  form.append(input);
  if (unkept) {
    form.append(Object.assign(document.createElement("input"), { name: "keep", value: "false" }));
  }
  document.body.append(form);
  form.submit();
}

// As the `files` of an input.
/** @param {File[]} files */
export function carried(files) {
  const data = new DataTransfer();
  for (const file of files) data.items.add(file);
  return data.files;
}
