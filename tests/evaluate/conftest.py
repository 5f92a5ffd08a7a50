"""The small VGG-19 file of the networks' tests, and the program of the command line's."""

from tests.cli.conftest import rosetail
from tests.nets.conftest import vgg_file

__all__ = ["rosetail", "vgg_file"]
