# The demo
demo-say-duration = Write the duration as ISO 8601, for example P36M (36 months) or P1DT12H.
demo-say-forward = The clock only moves forward, so the duration must be longer than none.
demo-say-too-far = The demo's clock does not go beyond the year 2100.
