// Several files dropped on the front page at once are drafts of one poster: compared side by side.

window.addEventListener(
  "drop",
  (event) => {
    const files = event.dataTransfer?.files;
    if (!files || files.length < 2) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    compare(files);
  },
  { capture: true }, // before the one input takes the first of them
);

function compare(files) {
  const form = document.createElement("form");
  Object.assign(form, { action: "/compare", method: "post", enctype: "multipart/form-data" });
  const input = document.createElement("input");
  Object.assign(input, { type: "file", name: "poster", multiple: true, files });
  form.hidden = true;
  form.append(input);
  // Who ticked that nothing is to be kept is told so, rather than have drafts kept all the same.
  const unkept = document.querySelector("input[name=keep]:checked");
  if (unkept) form.append(unkept.cloneNode());
  document.body.append(form);
  form.submit();
}
