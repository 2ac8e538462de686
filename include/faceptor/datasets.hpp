#pragma once

/// Data sets: what a sample is, and readers of the published formats and of sets of your own. Component `faceptor::datasets`.
// clang-format off: in the order data flows
#include <faceptor/datasets/aflw19.hpp>              // AFLW-19: faces with 19 points, read and written
#include <faceptor/datasets/age_sets.hpp>            // MORPH II, UTKFace: ages
#include <faceptor/datasets/annotated_pictures.hpp>  // a data set that is a list of annotations and picture files
#include <faceptor/datasets/celeba.hpp>              // CelebA: forty attributes, in either form of its labels
#include <faceptor/datasets/cofw.hpp>                // COFW: faces behind things with 29 points, read and written
#include <faceptor/datasets/dataset.hpp>             // what a data set is, and how it is opened
#include <faceptor/datasets/expression_sets.hpp>     // AffectNet, RAF-DB, FERPlus: expressions
#include <faceptor/datasets/folder.hpp>              // a set of your own: a folder a class
#include <faceptor/datasets/hdf5.hpp>                // HDF5 files as plain as MATLAB's of version 7.3, read without the HDF5 library
#include <faceptor/datasets/inspect/check.hpp>       // a whole set read: what is in it, and what is wrong with it
#include <faceptor/datasets/inspect/sheet.hpp>       // samples at a glance, their labels drawn over them
#include <faceptor/datasets/landmark_sets.hpp>       // 300W: 68 points, WFLW: 98, from the CSV files that they share
#include <faceptor/datasets/manifest.hpp>            // a set of your own: CSV or JSON lines
#include <faceptor/datasets/manifest_columns.hpp>    // what the columns of a manifest mean
#include <faceptor/datasets/mat5.hpp>                // MATLAB's files of version 5 to 7, read and written
#include <faceptor/datasets/ms1mv3.hpp>              // MS1MV3 and its like: faces of persons, packed by InsightFace
#include <faceptor/datasets/named_rows.hpp>          // rows whose fields have names: CSV with a header, JSON lines
#include <faceptor/datasets/open_dataset.hpp>        // data sets by the name of their format, for programs and configurations
#include <faceptor/datasets/own_label.hpp>           // labels of a kind of your own
#include <faceptor/datasets/parsing_sets.hpp>        // CelebAMask-HQ: 19 classes a pixel, LaPa: 11
#include <faceptor/datasets/pickled_numbers.hpp>     // whole numbers in a pickle, of lists or numpy
#include <faceptor/datasets/prepare/prepare.hpp>     // what was downloaded, into what the readers take
#include <faceptor/datasets/record_io.hpp>           // MXNet's packed images: indexed records, read and written
#include <faceptor/datasets/sample.hpp>              // one sample of a data set, and its labels
#include <faceptor/datasets/soft_maps.hpp>           // soft maps in files beside their pictures; arrays as NumPy's `save` writes them
#include <faceptor/datasets/table.hpp>               // label files that are text, read by lines and checked
#include <faceptor/datasets/verification.hpp>        // pairs of faces to verify: lfw.bin and its like, read and written
// clang-format on
