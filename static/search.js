// The one input: choosing or dropping a poster sends it at once, with a look at it meanwhile.

import { acceptDrops } from "./drop.js";

const form = document.querySelector("[data-search]");
const wall = document.querySelector("[data-wall]");
if (form) wire(form);
if (wall) wireWall(wall);

function wire(form) {
  const file = form.elements.poster;
  const link = form.elements.imdb;
  file.addEventListener("change", () => file.files.length && send());
  form.addEventListener("submit", (event) => {
    if (!file.files.length && !link.value.trim()) {
      event.preventDefault();
      refuse("Choose a poster, or paste an IMDb link.");
      link.focus();
      return;
    }
    showReading();
  });
  // Coming back by the browser's own button finds the form as it was left: empty it.
  window.addEventListener("pageshow", (event) => event.persisted && reset());
  acceptDrops(take);
  document.addEventListener("paste", (event) => {
    const pasted = event.clipboardData?.files;
    if (pasted?.length && !event.target.closest?.("input[type=text], textarea")) take(pasted);
  });

  function take(files) {
    const one = new DataTransfer();
    one.items.add(files[0]);
    file.files = one.files;
    link.value = "";
    send();
  }

  function send() {
    const chosen = file.files[0];
    if (chosen.size > Number(form.dataset.largest)) {
      const most = Math.floor(Number(form.dataset.largest) / 2 ** 20);
      file.value = "";
      refuse(`That file is larger than ${most} MB; choose a smaller copy of the poster.`);
      return;
    }
    form.requestSubmit();
  }

  function refuse(sentence) {
    form.querySelector(".refusal").textContent = sentence;
  }

  function showReading() {
    refuse("");
    form.querySelector(".reading").hidden = false;
    if (file.files.length) preview(file.files[0], form.querySelector(".reading canvas"));
  }

  function reset() {
    form.reset();
    form.querySelector(".reading").hidden = true;
    form.querySelector(".reading canvas").hidden = true;
  }
}

async function preview(file, canvas) {
  try {
    const picture = await createImageBitmap(file, { resizeHeight: 336, resizeQuality: "medium" });
    canvas.width = picture.width;
    canvas.height = picture.height;
    canvas.getContext("2d").drawImage(picture, 0, 0);
    canvas.hidden = false;
  } catch {
    // The browser cannot read it; the server will say why in words.
  }
}

function wireWall(wall) {
  const posters = wall.querySelector(".wall");
  wall.addEventListener("submit", (event) => {
    event.submitter?.setAttribute("aria-busy", "true");
    event.submitter?.closest("li").classList.add("picked");
    posters.classList.add("leaving");
  });
  window.addEventListener("pageshow", () => {
    posters.classList.remove("leaving");
    for (const item of posters.querySelectorAll(".picked")) {
      item.classList.remove("picked");
      item.firstElementChild.removeAttribute("aria-busy");
    }
  });
}
