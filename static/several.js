// Several files at once are drafts of one poster: compared side by side on a page of their own.

import { allSendable } from "./photograph.js";

// Sends them; `unkept` is the box that asks not to keep a poster.
export async function compare(files, unkept) {
  const form = document.createElement("form");
  Object.assign(form, { action: "/compare", method: "post", enctype: "multipart/form-data" });
  const input = document.createElement("input");
  Object.assign(input, { type: "file", name: "poster", multiple: true });
  input.files = carried(await allSendable(files));
  form.hidden = true;
  form.append(input);
  // Who ticked that nothing is to be kept is told so, rather than have drafts kept all the same.
  if (unkept.checked) form.append(unkept.cloneNode());
  document.body.append(form);
  form.submit();
}

// As the `files` of an input.
export function carried(files) {
  const data = new DataTransfer();
  files.forEach((file) => data.items.add(file));
  return data.files;
}
