// Choosing drafts: gathered with a look at each before they are sent.

import { acceptDrops } from "./drop.js";
import { allSendable } from "./photograph.js";
import { carried } from "./several.js";

const form = document.querySelector("[data-drafts]");
if (form) wire(form);

function wire(form) {
  const input = form.elements.poster;
  const list = form.querySelector(".chosen");
  const room = Number(form.dataset.room);
  const largest = Number(form.dataset.largest);
  let files = [];

  input.addEventListener("change", () => add(input.files));
  acceptDrops(add);
  document.addEventListener("paste", (event) => {
    if (event.clipboardData?.files.length) add(event.clipboardData.files);
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (files.length < Number(form.dataset.fewest)) {
      refuse(form.dataset.sayTooFew);
      input.focus();
      return;
    }
    form.querySelector(".reading").hidden = false;
    const sent = await allSendable(files);
    const over = sent.find((file) => file.size > largest);
    if (over) return refuseLarge(over);
    input.files = carried(sent);
    form.submit();
  });
  // Coming back by the browser's own button finds the form as it was left: empty it.
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    form.querySelector(".reading").hidden = true;
    hold([]);
  });

  function add(more) {
    refuse("");
    if (files.length + more.length > room) refuse(form.dataset.sayTooMany);
    hold([...files, ...more].slice(0, room));
  }

  function hold(kept) {
    files = kept;
    input.files = carried(files);
    list.hidden = !files.length;
    list.replaceChildren(...files.map(item));
  }

  function item(file) {
    const entry = document.createElement("li");
    const canvas = document.createElement("canvas");
    const remove = document.createElement("button");
    remove.type = "button";
    remove.className = "corner leave";
    remove.textContent = "×";
    remove.ariaLabel = form.dataset.sayRemove.replace("{name}", file.name);
    remove.title = remove.ariaLabel;
    remove.addEventListener("click", () => hold(files.filter((each) => each !== file)));
    entry.append(canvas, remove);
    draw(file, canvas);
    return entry;
  }

  function refuseLarge({ name }) {
    const size = Math.floor(largest / 2 ** 20);
    refuse(form.dataset.sayTooLarge.replace("{name}", name).replace("{size}", size));
    form.querySelector(".reading").hidden = true;
  }

  function refuse(sentence) {
    form.querySelector(".refusal").textContent = sentence;
  }
}

async function draw(file, canvas) {
  try {
    const picture = await createImageBitmap(file, { resizeHeight: 216, resizeQuality: "medium" });
    canvas.width = picture.width;
    canvas.height = picture.height;
    canvas.getContext("2d").drawImage(picture, 0, 0);
  } catch {
    // The browser cannot read it; the server will say why in words.
  }
}
