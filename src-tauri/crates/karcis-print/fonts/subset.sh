#!/bin/sh
# Cuts the four DejaVu faces down to the letters a voucher may carry. Needs fonttools (pyftsubset) and the
# DejaVu fonts; takes their folder as an optional argument. The result is committed, so building needs neither.
set -eu
from="${1:-/usr/share/fonts/truetype/dejavu}"
here="$(cd "$(dirname "$0")" && pwd)"
letters="U+0020-007E,U+00A0-00FF,U+2013,U+2014,U+2018,U+2019,U+201C,U+201D,U+2022,U+2026,U+20AC"
for face in DejaVuSans DejaVuSans-Bold DejaVuSansMono DejaVuSansMono-Bold; do
    SOURCE_DATE_EPOCH=0 pyftsubset "$from/$face.ttf" --unicodes="$letters" --layout-features='' --no-hinting \
        --name-IDs='0,1,2,3,4,5,6,13' --notdef-outline --no-recalc-timestamp \
        --drop-tables+=GSUB,GPOS,GDEF,kern,MATH,FFTM,DSIG --output-file="$here/$face.subset.ttf"
done
