// Plays an archived stream with hls.js and measures when its white flashes are shown and its loud tones are heard.
'use strict';

const errors = [];
const flashes = [];
const beeps = [];
let hls = null;

async function start(playlist) {
  const video = document.getElementById('video');
  hls = new Hls({enableWorker: false});
  hls.on(Hls.Events.ERROR, (event, data) => errors.push(`${data.type} ${data.details} ${data.fatal}`));
  await new Promise((resolve, reject) => {
    hls.on(Hls.Events.MANIFEST_PARSED, resolve);
    hls.on(Hls.Events.ERROR, (event, data) => data.fatal && reject(new Error(errors.join('; '))));
    hls.loadSource(playlist);
    hls.attachMedia(video);
  });
  watchPicture(video);
  watchTone(video);
  await video.play();
}

function watchPicture(video) {
  const canvas = new OffscreenCanvas(16, 16);
  const context = canvas.getContext('2d', {willReadFrequently: true});
  let white = false;
  const onFrame = (now, metadata) => {
    context.drawImage(video, 0, 0, 16, 16);
    const pixels = context.getImageData(0, 0, 16, 16).data;
    let sum = 0;
    for (let i = 0; i < pixels.length; i += 4) sum += pixels[i] + pixels[i + 1] + pixels[i + 2];
    const isWhite = sum / (16 * 16 * 3) > 225;
    if (isWhite && !white) flashes.push(metadata.mediaTime);
    white = isWhite;
    video.requestVideoFrameCallback(onFrame);
  };
  video.requestVideoFrameCallback(onFrame);
}

function watchTone(video) {
  const audio = new AudioContext();
  const analyser = new AnalyserNode(audio, {fftSize: 256});
  audio.createMediaElementSource(video).connect(analyser).connect(audio.destination);
  const samples = new Float32Array(analyser.fftSize);
  let loud = false;
  setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    const peak = samples.reduce((max, s) => Math.max(max, Math.abs(s)), 0);
    const isLoud = peak > 0.3;
    if (isLoud && !loud) beeps.push(video.currentTime);
    loud = isLoud;
  }, 5);
}

function report() {
  const video = document.getElementById('video');
  const quality = video.getVideoPlaybackQuality();
  return {
    errors,
    flashes,
    beeps,
    currentTime: video.currentTime,
    duration: video.duration,
    ended: video.ended,
    width: video.videoWidth,
    frames: quality.totalVideoFrames,
    buffered: video.buffered.length,
  };
}

const skimming = {over: false, errors: []};

/** Plays the page's video from its start to its end, faster than it was recorded; {@code skimmed} tells. */
function beginSkimming(speed) {
  const video = document.getElementById('video');
  video.addEventListener('ended', () => { skimming.over = true; });
  video.addEventListener('error', () => {
    skimming.errors.push(video.error.message);
    skimming.over = true;
  });
  video.muted = true;
  video.defaultPlaybackRate = speed;
  video.playbackRate = speed;
  return video;
}

function skim(file, speed) {
  const video = beginSkimming(speed);
  video.src = file;
  video.play().catch(() => {});
}

function skimPlaylist(playlist, speed) {
  const video = beginSkimming(speed);
  hls = new Hls({enableWorker: false});
  hls.on(Hls.Events.ERROR, (event, data) => {
    skimming.errors.push(`${data.type} ${data.details}`);
    skimming.over = skimming.over || data.fatal;
  });
  hls.loadSource(playlist);
  hls.attachMedia(video);
  video.play().catch(() => {});
}

function skimmed() {
  const video = document.getElementById('video');
  return {
    ...skimming,
    seconds: video.currentTime,
    frames: video.getVideoPlaybackQuality().totalVideoFrames,
    bytesOfAudio: video.webkitAudioDecodedByteCount,
  };
}
