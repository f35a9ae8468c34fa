// A poster that is not kept: the server forgot it, so it travels along with every question.

import { mark } from "./shortlist.js";

const image = document.querySelector("[data-travels]");
export const travels = image !== null;

// Like fetch, with the poster where it must come along.
export function ask(address, options) {
  if (!travels) return fetch(address, options);
  const body = new FormData();
  body.append("poster", poster());
  return fetch(address, { ...options, method: "POST", body });
}

if (travels) {
  document.addEventListener("submit", (event) => {
    if (!event.target.closest(".intent")) return;
    event.preventDefault();
    hold(event.target);
  });
  document.querySelector("[data-report]").addEventListener("click", report);
  // A file dropped beside its mark would open in place of this page, which is all there is of it.
  for (const kind of ["dragover", "drop"]) {
    document.addEventListener(kind, (event) => event.preventDefault());
  }
}

// The poster against the genres marked: the same page's section, swapped in.
async function hold(form) {
  try {
    const answer = await ask(`${form.action.replace(/#.*/, "")}?${intended()}`);
    if (!answer.ok) throw new Error(answer.statusText);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    document.querySelector(".intent").replaceWith(page.querySelector(".intent"));
    mark();
  } catch {
    form.querySelector(".refusal").textContent = form.dataset.sayFailed;
  }
  document.querySelector(".intent button").focus({ preventScroll: true });
}

// The report opens beside this page, which is all there is of the poster.
function report(event) {
  const form = document.createElement("form");
  const action = `${event.currentTarget.dataset.report}?${intended()}`;
  Object.assign(form, { action, method: "post", enctype: "multipart/form-data", target: "_blank" });
  const input = document.createElement("input");
  const files = new DataTransfer();
  files.items.add(poster());
  Object.assign(input, { type: "file", name: "poster", files: files.files });
  form.hidden = true;
  form.append(input);
  document.body.append(form);
  form.submit();
  form.remove();
}

function intended() {
  return new URLSearchParams(new FormData(document.querySelector(".intent form")));
}

// Out of its data: address, which the page's policy lets nobody fetch.
function poster() {
  const [, text] = image.src.split(",");
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return new File([bytes], "poster.jpg", { type: "image/jpeg" });
}
