// Opens recordings in the page's dialog. Without this script a play button is what it is in the page: a link to the file.
"use strict";

(() => {
  const dialog = document.getElementById("player");
  if (!dialog || typeof dialog.showModal !== "function") return;
  const part = (name) => dialog.querySelector(`.player-${name}`);
  const stage = part("stage"), toggle = part("toggle"), position = part("position"), problem = part("problem");
  const captions = part("captions"), choice = captions.querySelector("select"), said = part("said");
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
    const total = Math.round(length());
    const elapsed = media ? (media.ended ? total : media.currentTime) : 0;
    part("elapsed").textContent = clock(elapsed);
    part("total").textContent = clock(total);
    position.max = length() || 1;
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

  // The captions that go with a recording, those in the page's language first; none is shown where they are only in others.
  const addCaptions = (tracks) => {
    choice.replaceChildren(new Option(dialog.dataset.captionsOff, ""));
    for (const { href, language, label } of tracks) {
      const track = document.createElement("track");
      Object.assign(track, { kind: "captions", src: href, srclang: language, label });
      if (new URL(href, document.baseURI).origin !== location.origin) media.crossOrigin = "anonymous";
      track.track.addEventListener("cuechange", sayCue);
      media.append(track);
      choice.add(new Option(label, language));
      choice.options[choice.options.length - 1].lang = language;
    }
    captions.hidden = tracks.length === 0;
    said.hidden = captions.hidden || !media.classList.contains("audio");
    media.textTracks.addEventListener("change", showCaptions); // browsers choose tracks by themselves, too
    const page = document.documentElement.lang.toLowerCase();
    const fits = (tag) => page === tag || page.startsWith(`${tag}-`) || tag.startsWith(`${page}-`);
    choice.value = tracks.map((track) => track.language).find((language) => fits(language.toLowerCase())) || "";
    showCaptions();
  };

  // A video shows its captions itself; for sound alone, which has no picture to lay them on, they are a line of the page's.
  const showCaptions = () => {
    const chosen = media.classList.contains("audio") ? "hidden" : "showing";
    for (const track of media.textTracks) {
      const mode = track.language === choice.value ? chosen : "disabled";
      if (track.mode !== mode) track.mode = mode;
    }
    sayCue();
  };

  const sayCue = () => {
    const track = [...media.textTracks].find((one) => one.mode === "hidden");
    said.textContent = track ? [...(track.activeCues || [])].map((cue) => cue.text).join(" ") : "";
    said.lang = track ? track.language : "";
  };

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
    addCaptions(JSON.parse(link.dataset.tracks || "[]"));
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
  choice.addEventListener("change", showCaptions);
  position.addEventListener("input", () => { media.currentTime = Number(position.value); });
  position.addEventListener("keydown", (event) => {
    const seconds = { ArrowRight: 5, ArrowUp: 5, ArrowLeft: -5, ArrowDown: -5 }[event.key];
    if (!seconds) return;
    event.preventDefault(); // a range would go by hundredths of the whole, from where it was shown last
    media.currentTime = Math.min(Math.max(media.currentTime + seconds, 0), length());
  });
  dialog.addEventListener("click", (event) => {
    const box = dialog.getBoundingClientRect();
    const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
    if (event.target === dialog && !inside) dialog.close(); // on the page behind it
  });
  dialog.addEventListener("close", () => {
    if (!media) return;
    media.removeEventListener("error", fail);
    media.textTracks.removeEventListener("change", showCaptions);
    media.pause();
    media.removeAttribute("src");
    media.load();
    media = null;
    statedLength = 0;
    stage.replaceChildren();
    said.textContent = "";
    show();
  });
})();
