// Opens recordings in the page's dialog. Without this script a play button is what it is in the page: a link to the file.
"use strict";

(() => {
  const dialog = document.getElementById("player");
  if (!dialog || typeof dialog.showModal !== "function") return;
  const part = (name) => dialog.querySelector(`.player-${name}`);
  const stage = part("stage"), toggle = part("toggle"), position = part("position"), problem = part("problem");
  let media = null;
  let statedLength = 0;

  const clock = (seconds) => {
    const whole = Math.floor(seconds);
    const two = (n) => String(n).padStart(2, "0");
    const minutes = Math.floor(whole / 60);
    return minutes < 60 ? `${minutes}:${two(whole % 60)}` : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(whole % 60)}`;
  };

  // A live or streamed file has no length of its own; then the page's word counts.
  const length = () => (media && Number.isFinite(media.duration) ? media.duration : statedLength);

  const show = () => {
    const total = length();
    const elapsed = media ? (media.ended ? total : media.currentTime) : 0;
    part("elapsed").textContent = clock(elapsed);
    part("total").textContent = clock(Math.round(total));
    position.max = total || 1;
    position.value = elapsed;
    position.setAttribute("aria-valuetext", `${clock(elapsed)} / ${clock(total)}`);
    const playing = media && !media.paused && !media.ended;
    toggle.setAttribute("aria-label", playing ? dialog.dataset.pause : dialog.dataset.play);
    toggle.classList.toggle("playing", Boolean(playing));
  };

  const fail = () => {
    problem.querySelector("span").textContent = dialog.dataset.unplayable;
    problem.hidden = false;
    show();
  };

  const start = () => media.play().catch((error) => {
    // Closing while it loads aborts, and a browser may want another press: neither is a broken file.
    if (error.name !== "AbortError" && error.name !== "NotAllowedError") fail();
  });

  const open = (link) => {
    media = document.createElement("video");
    media.className = link.dataset.player;
    media.playsInline = true;
    media.preload = "metadata";
    if (link.dataset.poster) media.poster = link.dataset.poster;
    statedLength = Number(link.dataset.seconds) || 0;
    for (const event of ["timeupdate", "durationchange", "play", "pause", "ended"]) media.addEventListener(event, show);
    media.addEventListener("error", fail);
    part("title").textContent = link.dataset.title;
    problem.hidden = true;
    problem.querySelector("a").href = link.href;
    stage.replaceChildren(media);
    media.src = link.href;
    dialog.showModal();
    show();
    start();
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-player]");
    const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (!link || !plain) return;
    event.preventDefault();
    open(link);
  });

  toggle.addEventListener("click", () => (media.paused || media.ended ? start() : media.pause()));
  position.addEventListener("input", () => { media.currentTime = Number(position.value); });
  dialog.addEventListener("click", (event) => {
    const box = dialog.getBoundingClientRect();
    const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
    if (event.target === dialog && !inside) dialog.close(); // on the page behind it
  });
  dialog.addEventListener("close", () => {
    if (!media) return;
    media.removeEventListener("error", fail);
    media.pause();
    media.removeAttribute("src");
    media.load();
    media = null;
    statedLength = 0;
    stage.replaceChildren();
    show();
  });
})();
