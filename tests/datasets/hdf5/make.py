#!/usr/bin/env python3
"""Writes the files beside it with the HDF5 library itself (pip install h5py numpy): what hdf5_test.cpp reads."""
import pathlib

import h5py
import numpy

here = pathlib.Path(__file__).parent
with h5py.File(here / "latest.h5", "w", libver="latest") as file:
    file["numbers"] = numpy.arange(6, dtype="<f8").reshape(2, 3)
    file["bytes"] = numpy.arange(4, dtype="u1")
    file.create_dataset("chunked", data=numpy.arange(8, dtype="<i2").reshape(4, 2), chunks=(2, 2), compression="gzip", shuffle=True)
    file["references"] = numpy.array([file["numbers"].ref], dtype=h5py.ref_dtype)
with h5py.File(here / "earliest.h5", "w", libver=("earliest", "v108")) as file:
    file["numbers"] = numpy.arange(6, dtype=">f8").reshape(2, 3)
    file.create_dataset("chunked", data=numpy.arange(-4, 4, dtype="<i2").reshape(4, 2), chunks=(2, 2), compression="gzip", shuffle=True)
