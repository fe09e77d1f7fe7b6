"""Pages of improvement and evidence that the quality office can open; placeholders as filled."""

ADDRESSES: dict[str, str] = {
    "improvements": "/improvements/",
    "improvements, none late": "/improvements/?status=mine",
    "all improvements": "/improvements/?status=all",
    "improvement awaiting a check": "/improvements/{improvement}/",
    "improvement under way": "/improvements/{under_way}/",
    "improvement to plan": "/improvements/{to_plan}/",
    "improvement without proof": "/improvements/{unproved}/",
    "open an improvement": "/improvements/new/?subject=COURSE:MATH",
    "evidence list": "/data/evidence/",
    "evidence": "/data/evidence/{evidence}/",
    "file evidence": "/data/evidence/new/?subject=COURSE:MATH",
}
