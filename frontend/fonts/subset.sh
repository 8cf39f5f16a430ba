#!/bin/sh
# Makes the committed fonts: Be Vietnam Pro 400 and 700 (SIL OFL 1.1, see OFL.txt), cut down to what the interface can print.
# Needs npm, and fonttools with brotli (`pip install fonttools brotli`). The TTFs are for the label typesetter, which cannot
# read WOFF2; the WOFF2s are for browsers. Run it only to change the character set: both results are committed.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

npm pack --silent --pack-destination "$work" @expo-google-fonts/be-vietnam-pro@0.4.1 >/dev/null
tar -xzf "$work"/*.tgz -C "$work"
cp "$work/package/LICENSE_FONT" "$here/OFL.txt"

# ASCII; the Vietnamese letters in both cases (ă â đ ê ô ơ ư, five tones each); the five combining tones, for text that
# arrives decomposed; đồng sign, quotation marks, dashes, ellipsis, no-break space, bullet, times, degree, square, minus.
# The family has no ★ ☆: pages draw their stars.
characters='U+20-7E,U+A0,U+AB,U+B0,U+B2,U+B7,U+BB,U+D7'
characters="$characters,U+C0-C3,U+C8-CA,U+CC-CD,U+D2-D5,U+D9-DA,U+DD,U+E0-E3,U+E8-EA,U+EC-ED,U+F2-F5,U+F9-FA,U+FD"
characters="$characters,U+102-103,U+110-111,U+128-129,U+168-169,U+1A0-1A1,U+1AF-1B0,U+1EA0-1EF9"
characters="$characters,U+300-301,U+303,U+309,U+323"
characters="$characters,U+2013-2014,U+2018-2019,U+201C-201D,U+2022,U+2026,U+20AB,U+2212"

for weight in 400Regular 700Bold; do
  name="be-vietnam-pro-$(echo "$weight" | tr -d 'A-Za-z')"
  python3 "$here/tabular_figures.py" "$work/package/$weight/BeVietnamPro_$weight.ttf" "$work/$name.ttf"
  set -- "$work/$name.ttf" "--unicodes=$characters" --no-hinting --desubroutinize \
    '--layout-features=kern,mark,mkmk,ccmp,locl,tnum' '--name-IDs=0,1,2,4,6,13,14'
  pyftsubset "$@" "--output-file=$here/ttf/$name.ttf"
  pyftsubset "$@" --flavor=woff2 "--output-file=$here/$name.woff2"
done
