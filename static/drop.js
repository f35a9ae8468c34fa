// Files dropped anywhere on the page go to `takeFiles`, and a link from elsewhere to `takeLink`
// where there is one; the page's own pictures go nowhere.

export function acceptDrops(takeFiles, takeLink) {
  const veil = document.querySelector(".dropping");
  let own = false; // a picture of this page is being dragged: that is no upload
  let depth = 0;
  const brings = (event) => {
    const types = event.dataTransfer?.types ?? [];
    const intoText = event.target.closest?.("input[type=text], textarea"); // stays the browser's
    return !own && (types.includes("Files") || (takeLink && types.includes("text/uri-list") && !intoText));
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
    if (!brings(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
  });
  document.addEventListener("drop", (event) => {
    depth = 0;
    veil.hidden = true;
    if (!brings(event)) return;
    event.preventDefault();
    const link = event.dataTransfer.getData("text/uri-list").split(/\r?\n/).find(isLink);
    if (event.dataTransfer.files.length) takeFiles(event.dataTransfer.files);
    else if (link) takeLink?.(link);
  });
}

function isLink(line) {
  return /^https?:/.test(line);
}
