// The one input. A poster chosen, dropped or pasted is sent at once, with a look at it meanwhile;
// several at once are drafts to compare; a text is told what it means before it is sent.

import { wireCombobox } from "./combobox.js";
import { acceptDrops } from "./drop.js";
import { acceptPastes } from "./paste.js";
import { opened, sendable } from "./photograph.js";
import { carried, compare } from "./several.js";

const form = document.querySelector("[data-search]");
const wall = document.querySelector("[data-wall]");
if (form) wire(form);
if (wall) wireWall(wall, form);

function wire(form) {
  const file = form.elements.poster;
  const text = form.elements.q;
  const largest = Number(form.dataset.largest);
  const combobox = wireCombobox(form, text);
  file.addEventListener("change", () => file.files.length && takeFiles(file.files));
  form.addEventListener("submit", (event) => {
    if (!file.files.length && !text.value.trim()) {
      event.preventDefault();
      refuse(form.dataset.sayNothing);
      text.focus();
      return;
    }
    combobox.close();
    showReading();
  });
  // Coming back by the browser's own button finds the form as it was left: empty it.
  window.addEventListener("pageshow", (event) => event.persisted && reset());
  acceptDrops(takeFiles, takeText);
  acceptPastes(text, takeFiles, takeText);

  function takeFiles(files) {
    text.value = "";
    combobox.close();
    if (files.length > 1) sendDrafts([...files]);
    else send(files[0]);
  }

  async function sendDrafts(drafts) {
    if (drafts.length > Number(form.dataset.mostDrafts)) {
      reset();
      refuse(form.dataset.sayMany);
      return;
    }
    showReading();
    const says = form.dataset.sayDrafts.replace("{count}", drafts.length);
    form.querySelector("[data-what]").textContent = says;
    const first = await opened(drafts[0]);
    if (first) preview(first, form.querySelector(".reading canvas"));
    first?.close();
    const keep = form.elements.keep; // disabled where nothing is ever kept, as /compare knows
    await compare(drafts, keep.checked && !keep.disabled);
  }

  function takeText(words) {
    text.value = words;
    text.focus();
    combobox.ask();
  }

  async function send(chosen) {
    showReading();
    const picture = await opened(chosen);
    if (picture) preview(picture, form.querySelector(".reading canvas"));
    const { sent, smaller } = await sendable(chosen, picture);
    describe(sent, picture, smaller);
    picture?.close();
    if (sent.size > largest) {
      reset();
      refuse(form.dataset.sayLarge.replace("{size}", Math.floor(largest / 2 ** 20)));
      return;
    }
    file.files = carried([sent]);
    form.requestSubmit();
  }

  function describe(sent, picture, smaller) {
    if (!picture) return;
    const says = smaller ? form.dataset.saySmaller : form.dataset.sayPoster;
    const facts = { name: sent.name, width: picture.width, height: picture.height };
    form.querySelector("[data-what]").textContent = says.replace(/{(\w+)}/g, (_, key) => facts[key]);
  }

  function refuse(sentence) {
    form.querySelector(".refusal").textContent = sentence;
  }

  function showReading() {
    refuse("");
    form.querySelector(".reading").hidden = false;
    const says = form.querySelector("[data-what]");
    // Of a title it was said what Enter would do, which is being done.
    const titled = form.querySelector("#matches").children.length > 0;
    if (text.value.trim() && !titled) {
      says.textContent = form.querySelector(".understood").textContent;
    }
  }

  function reset() {
    form.reset();
    form.querySelector(".reading").hidden = true;
    form.querySelector(".reading canvas").hidden = true;
    form.querySelector("[data-what]").textContent = "";
    combobox.ask();
  }
}

function preview(picture, canvas) {
  canvas.height = Math.min(336, picture.height);
  canvas.width = Math.round((picture.width * canvas.height) / picture.height);
  const paper = canvas.getContext("2d");
  paper.imageSmoothingQuality = "high";
  paper.drawImage(picture, 0, 0, canvas.width, canvas.height);
  canvas.hidden = false;
}

function wireWall(wall, search) {
  const posters = wall.querySelector(".wall");
  wall.addEventListener("submit", (event) => {
    if (search) carryChoices(search, wall); // a page of films carries its own
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

// The distance and the films chosen hold for the posters of the wall as well.
function carryChoices(search, wall) {
  for (const carried of wall.querySelectorAll("input[type=hidden]")) carried.remove();
  for (const name of ["metric", "restrict"]) {
    const value = new FormData(search).get(name);
    if (!value) continue;
    const carried = Object.assign(document.createElement("input"), { type: "hidden", name, value });
    wall.append(carried);
  }
}
