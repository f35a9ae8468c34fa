// Posters sent by a form that no template has; several at once are drafts of one, to be compared.

// As a form sends them; the answer takes this page's place. Who ticked that nothing is to be kept is
// told that drafts are, rather than have them kept.
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
