"""Adds the `tnum` feature that Be Vietnam Pro lacks, so that prices under each other line up: IN.ttf OUT.ttf."""

import sys

from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables import otTables

FIGURES = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]

font = TTFont(sys.argv[1])
glyphs, metrics = font.getGlyphSet(), font["hmtx"]

# The width of the nought. The one wider figure, four, keeps its drawing and gives up a little of its side bearings.
width = metrics["zero"][0]
for name in FIGURES:
    advance, left = metrics[name]
    shift = round((width - advance) / 2)
    pen = TTGlyphPen(glyphs)
    pen.addComponent(name, (1, 0, 0, 1, shift, 0))
    font["glyf"][f"{name}.tnum"] = pen.glyph()
    metrics[f"{name}.tnum"] = (width, left + shift)

substitution = otTables.SingleSubst()
substitution.mapping = {name: f"{name}.tnum" for name in FIGURES}
lookup = otTables.Lookup()
lookup.LookupType, lookup.LookupFlag, lookup.SubTable, lookup.SubTableCount = 1, 0, [substitution], 1

gsub = font["GSUB"].table
gsub.LookupList.Lookup.append(lookup)
record = otTables.FeatureRecord()
record.FeatureTag = "tnum"
record.Feature = otTables.Feature()
record.Feature.FeatureParams = None
record.Feature.LookupListIndex = [len(gsub.LookupList.Lookup) - 1]
record.Feature.LookupCount = 1
gsub.FeatureList.FeatureRecord.append(record)
for script in gsub.ScriptList.ScriptRecord:
    languages = [language.LangSys for language in script.Script.LangSysRecord]
    for language in [script.Script.DefaultLangSys, *languages]:
        if language is not None:
            language.FeatureIndex.append(len(gsub.FeatureList.FeatureRecord) - 1)

font.save(sys.argv[2])
