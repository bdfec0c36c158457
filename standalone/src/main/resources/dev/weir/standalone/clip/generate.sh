#!/bin/sh
# Makes test-stream.h264 and test-stream.ogg; needs ffmpeg with libx264 and libopus, and the font DejaVu Sans Mono
# (Debian: ffmpeg, fonts-dejavu-core). Made with ffmpeg 5.1.
set -eu
cd "$(dirname "$0")"
font=/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf
flash="drawbox=x=0:y=0:w=iw:h=48:color=white:t=fill:enable='lt(mod(t,1),0.1)'"
timecode="drawtext=fontfile=$font:timecode='00\:00\:00\:00':rate=25:fontsize=40:fontcolor=white:box=1:boxcolor=black:boxborderw=8:x=(w-tw)/2:y=h-80"
ffmpeg -v error -y \
  -f lavfi -i "testsrc2=size=640x360:rate=25:duration=8" \
  -f lavfi -i "sine=frequency=330:sample_rate=48000:duration=8" \
  -f lavfi -i "aevalsrc=exprs='0.25*sin(2*PI*1000*t)*lt(mod(t\,1)\,0.1)':sample_rate=48000:duration=8" \
  -filter_complex "[0:v]$flash,$timecode[v];[1:a]volume=0.1[tone];[tone][2:a]join=inputs=2:channel_layout=stereo:map=0.0-FL|1.0-FR[a]" \
  -map "[v]" -c:v libx264 -profile:v baseline -preset veryslow -tune zerolatency -pix_fmt yuv420p \
  -b:v 380k -maxrate 420k -bufsize 420k -g 25 -keyint_min 25 -sc_threshold 0 -bf 0 -refs 1 \
  -x264-params "aud=1:sliced-threads=0:threads=1:repeat-headers=1:annexb=1" -bsf:v "filter_units=remove_types=6" \
  -f h264 test-stream.h264 \
  -map "[a]" -c:a libopus -b:a 48k -vbr off -frame_duration 20 -f ogg test-stream.ogg
