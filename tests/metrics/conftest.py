"""The small VGG-19 file of the networks' tests."""

from tests.nets.conftest import vgg_file

__all__ = ["vgg_file"]
