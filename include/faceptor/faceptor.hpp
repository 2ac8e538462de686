#pragma once

/// Everything, in the order data flows through it.
///
/// core/config.hpp                   where the bodies come from: compiled once, or inline
/// core/version.hpp                  the version of these headers
/// core/error.hpp                    the one exception type
/// core/log.hpp                      where the library's lines go
/// core/text.hpp                     small helpers for messages
/// core/random.hpp                   randomness without state of its own
/// image/image.hpp                   rows of RGB pixels
/// image/bytes.hpp                   looking into the bytes of a file that may end anywhere
/// image/codecs.hpp                  the decoders behind `read_image`, one a format family
/// image/exif.hpp                    the one thing of EXIF that changes a picture
/// image/format.hpp                  the picture formats that are read
/// image/read.hpp                    reading pictures that nobody vouches for
/// image/resize.hpp                  how pixels of a resized picture are computed
/// image/write.hpp                   writing pictures
/// image/color.hpp                   A colour to draw with
/// image/draw.hpp                    drawing on pictures, antialiased and blended by the colours' alpha
/// geometry/box.hpp                  A rectangle in a photo, by its edges
/// geometry/face_prior.hpp           where eyes, nose tip and mouth corners usually lie in the box of an upright, frontal face
/// geometry/points.hpp               A place in a picture, in pixels
/// geometry/rasters.hpp              one class index a pixel, rows from the top
/// geometry/remap.hpp                how a picture is read between its pixels
/// geometry/similarity.hpp           the linear maps between a photo and a crop
/// geometry/view.hpp                 what a crop is cut by
/// geometry/view_transform.hpp       the way between one photo and one face's crop of it, both ways
/// geometry/warp.hpp                 the tanh warp of RoI Tanh-polar and FaRL: the middle of the crop is linear, the surroundings are squeezed into its margin, so that
/// detect/face_detector.hpp          finding faces in a photo
/// detect/dlib_frontal_detector.hpp  dlib's frontal face detector
/// detect/detectors.hpp              the detectors that come with the library, by name
/// detect/boxes_file.hpp             faces that somebody else found, for many photos, in one file
/// results/age_estimate.hpp          how old a face looks
/// results/attribute_names.hpp       celebA's forty attributes, in the order of its `list_attr_celeba.txt`, which is that of the published tasks' outputs
/// results/attributes.hpp            attributes of a face ("Eyeglasses", "Smiling"), each with a probability of its own
/// results/embedding.hpp             who a face is
/// results/expression.hpp            what a face expresses
/// results/face.hpp                  A face of a photo and what each task says of it
/// results/landmark_schemes.hpp      what the points of the published landmark schemes are
/// results/landmarks.hpp             points of a face, in photo pixels
/// results/maps.hpp                  dense maps by label over a rectangle of the photo
/// results/parsing_classes.hpp       the classes of the published parsing tasks
/// results/parsing_map.hpp           what each pixel of a face is
/// results/photo_result.hpp          all that is said of one photo, and its JSON (docs/results.md)
/// results/probabilities.hpp         probabilities by label, each on its own (they need not sum to 1)
/// results/task_result.hpp           one task's result, whatever its type
/// results/values.hpp                raw numbers by label, in whatever unit the task that made them has
/// results/draw.hpp                  what a picture of results shows
/// nn/attention.hpp                  options of `Attention`
/// nn/children.hpp                   typed access to the members of LibTorch's containers of modules
/// nn/drop_path.hpp                  stochastic depth (Huang et al
/// nn/mlp.hpp                        the nonlinearity between two layers
/// nn/position_embedding.hpp         A learned position embedding brought to another grid
/// backbone/backbone.hpp             what turns images into features
/// backbone/feature_pyramid.hpp      the features of the levels somebody asked for, by level number, in ascending order
/// backbone/vit.hpp                  options of `Vit`
/// heads/attribute_head.hpp          options of `AttributeHead`
/// heads/dense_head.hpp              options of `DenseHead`
/// heads/embedding_head.hpp          options of `EmbeddingHead`
/// heads/head.hpp                    one task's share of a head
/// heads/output_layers.hpp           what the heads, and the interpreters of the query decoder, are ended with
/// decoder/decoder_layer.hpp         one layer of the query decoder, post-norm
/// decoder/interpreters.hpp          what turns a task's tokens into its raw output
/// decoder/memory.hpp                what the queries look at
/// decoder/position_map.hpp          where a cell of a grid lies
/// decoder/query_decoder.hpp         options of `QueryDecoder`
/// weights/atomic_file.hpp           A file that appears whole or not at all
/// weights/mapped_file.hpp           A file's bytes, mapped read-only into memory
/// weights/safetensors.hpp           the safetensors format (https://github.com/huggingface/safetensors)
/// weights/tensor_view.hpp           the types of elements that weights files hold
/// weights/checkpoint.hpp            files of torch.save
/// weights/pickle.hpp                A reader of Python's pickles that runs nothing
/// weights/sha256.hpp                SHA-256 (FIPS 180-4), fed piece by piece
/// weights/zip.hpp                   zip archives whose entries are stored as they are, as torch.save writes them (PKWARE's APPNOTE, zip64 included)
// clang-format off: the order of the rooms, not of the alphabet
#include <faceptor/core/config.hpp>
#include <faceptor/core/version.hpp>
#include <faceptor/core/error.hpp>
#include <faceptor/core/log.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/core/random.hpp>
#include <faceptor/image/image.hpp>
#include <faceptor/image/bytes.hpp>
#include <faceptor/image/codecs.hpp>
#include <faceptor/image/exif.hpp>
#include <faceptor/image/format.hpp>
#include <faceptor/image/read.hpp>
#include <faceptor/image/resize.hpp>
#include <faceptor/image/write.hpp>
#include <faceptor/image/color.hpp>
#include <faceptor/image/draw.hpp>
#include <faceptor/geometry/box.hpp>
#include <faceptor/geometry/face_prior.hpp>
#include <faceptor/geometry/points.hpp>
#include <faceptor/geometry/rasters.hpp>
#include <faceptor/geometry/remap.hpp>
#include <faceptor/geometry/similarity.hpp>
#include <faceptor/geometry/view.hpp>
#include <faceptor/geometry/view_transform.hpp>
#include <faceptor/geometry/warp.hpp>
#include <faceptor/detect/face_detector.hpp>
#include <faceptor/detect/dlib_frontal_detector.hpp>
#include <faceptor/detect/detectors.hpp>
#include <faceptor/detect/boxes_file.hpp>
#include <faceptor/results/age_estimate.hpp>
#include <faceptor/results/attribute_names.hpp>
#include <faceptor/results/attributes.hpp>
#include <faceptor/results/embedding.hpp>
#include <faceptor/results/expression.hpp>
#include <faceptor/results/face.hpp>
#include <faceptor/results/landmark_schemes.hpp>
#include <faceptor/results/landmarks.hpp>
#include <faceptor/results/maps.hpp>
#include <faceptor/results/parsing_classes.hpp>
#include <faceptor/results/parsing_map.hpp>
#include <faceptor/results/photo_result.hpp>
#include <faceptor/results/probabilities.hpp>
#include <faceptor/results/task_result.hpp>
#include <faceptor/results/values.hpp>
#include <faceptor/results/draw.hpp>
#include <faceptor/nn/attention.hpp>
#include <faceptor/nn/children.hpp>
#include <faceptor/nn/drop_path.hpp>
#include <faceptor/nn/mlp.hpp>
#include <faceptor/nn/position_embedding.hpp>
#include <faceptor/backbone/backbone.hpp>
#include <faceptor/backbone/feature_pyramid.hpp>
#include <faceptor/backbone/vit.hpp>
#include <faceptor/heads/attribute_head.hpp>
#include <faceptor/heads/dense_head.hpp>
#include <faceptor/heads/embedding_head.hpp>
#include <faceptor/heads/head.hpp>
#include <faceptor/heads/output_layers.hpp>
#include <faceptor/decoder/decoder_layer.hpp>
#include <faceptor/decoder/interpreters.hpp>
#include <faceptor/decoder/memory.hpp>
#include <faceptor/decoder/position_map.hpp>
#include <faceptor/decoder/query_decoder.hpp>
#include <faceptor/weights/atomic_file.hpp>
#include <faceptor/weights/mapped_file.hpp>
#include <faceptor/weights/safetensors.hpp>
#include <faceptor/weights/tensor_view.hpp>
#include <faceptor/weights/checkpoint.hpp>
#include <faceptor/weights/pickle.hpp>
#include <faceptor/weights/sha256.hpp>
#include <faceptor/weights/zip.hpp>
// clang-format on
