"""The generator of the demonstration college: made-up people and numbers, labelled as such.

Names are drawn at random from lists of common characters; whoever bears one of them is not meant.
"""

from luoxuan.portal.demonstration.writing import write_demonstration

__all__ = ["write_demonstration"]
