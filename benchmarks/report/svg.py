"""One plain chart that the peers embed: they are given what we have to draw ourselves."""

_BARS = "".join(
    f'<rect x="{40 + 95 * index}" y="80" width="60" height="200" fill="#3b6fd8"/>'
    for index in range(6)
)
SVG = f'<svg xmlns="http://www.w3.org/2000/svg" width="640" height="300">{_BARS}</svg>'
