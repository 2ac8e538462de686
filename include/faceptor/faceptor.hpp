#pragma once

/// Everything, in the order data flows through it.
///
/// core/config.hpp                        where the bodies come from: compiled once, or inline
/// core/version.hpp                       the version of these headers
/// core/error.hpp                         the one exception type
/// core/log.hpp                           where the library's lines go
/// core/text.hpp                          small helpers for messages
/// core/random.hpp                        randomness without state of its own
/// core/label_kind.hpp                    what kind of label a sample carries, a data set gives, and a loss takes
/// core/registry.hpp                      parts of one sort by name
/// image/image.hpp                        rows of RGB pixels
/// image/bytes.hpp                        looking into the bytes of a file that may end anywhere
/// image/codecs.hpp                       the decoders behind `read_image`, one a format family
/// image/exif.hpp                         the one thing of EXIF that changes a picture
/// image/format.hpp                       the picture formats that are read
/// image/read.hpp                         reading pictures that nobody vouches for
/// image/resize.hpp                       how pixels of a resized picture are computed
/// image/write.hpp                        writing pictures
/// image/color.hpp                        a colour to draw with
/// image/draw.hpp                         drawing on pictures, antialiased and blended
/// image/picture_grid.hpp                 pictures side by side on one sheet
/// geometry/points.hpp                    places in a picture, the five points of a face
/// geometry/box.hpp                       a rectangle in a photo, by its edges
/// geometry/face_prior.hpp                where the five points lie in the box of an upright, frontal face
/// geometry/rasters.hpp                   label maps, pictures of floats, dense maps
/// geometry/similarity.hpp                the linear maps between a photo and a crop
/// geometry/warp.hpp                      the tanh warp: the surroundings squeezed into a crop's margin
/// geometry/remap.hpp                     how a picture is read between its pixels
/// geometry/view.hpp                      what a crop is cut by: the view a task looks at
/// geometry/view_transform.hpp            between one photo and one face's crop of it, both ways
/// geometry/label_png.hpp                 label images as PNG files, the way parsing data sets store them
/// detect/face_detector.hpp               finding faces in a photo
/// detect/dlib_frontal_detector.hpp       dlib's frontal face detector
/// detect/detectors.hpp                   the detectors that come with the library, by name
/// detect/boxes_file.hpp                  faces that somebody else found, for many photos, in one file
/// results/landmarks.hpp                  points of a face, in photo pixels
/// results/landmark_schemes.hpp           what the points of the published schemes are: 68, 98, 29, 19
/// results/parsing_map.hpp                what each pixel of a face is
/// results/parsing_classes.hpp            the classes of the published parsing tasks
/// results/age_estimate.hpp               how old a face looks
/// results/expression.hpp                 what a face expresses
/// results/attributes.hpp                 attributes, each with a probability of its own
/// results/attribute_names.hpp            CelebA's forty
/// results/embedding.hpp                  who a face is
/// results/probabilities.hpp              probabilities by label, for tasks of your own
/// results/values.hpp                     numbers by label, for tasks of your own
/// results/maps.hpp                       dense maps by label, for tasks of your own
/// results/task_result.hpp                one task's result, whatever its type
/// results/face.hpp                       a face of a photo and what each task says of it
/// results/photo_result.hpp               all that is said of one photo, and its JSON
/// results/draw.hpp                       a picture of the results
/// results/photo_pen.hpp                  what a result draws with on the photo of its face
/// nn/guard.hpp                           LibTorch's errors turned into this library's
/// nn/seed_guard.hpp                      start values that follow from a seed alone
/// nn/children.hpp                        typed access to LibTorch's containers of modules
/// nn/position_embedding.hpp              learned position embeddings resized; the sine-cosine map
/// nn/drop_path.hpp                       stochastic depth
/// nn/attention.hpp                       multi-head attention whose memory is projected once
/// nn/mlp.hpp                             two linear layers and the nonlinearity between
/// nn/recompute.hpp                       gradient checkpointing
/// nn/shared_statistics.hpp               BatchNorm over the batches of many processes (the reference's SyncBatchNorm)
/// backbone/feature_pyramid.hpp           the features of the levels somebody asked for
/// backbone/backbone.hpp                  what turns images into features
/// backbone/backbone_registry.hpp         backbones by the name of their type
/// backbone/vit.hpp                       the vision transformer of CLIP and FaRL
/// heads/output_kinds.hpp                 the three shapes a task's raw output can have
/// heads/heatmap.hpp                      landmarks as heatmaps, both ways
/// heads/output_layers.hpp                what heads and interpreters end with
/// heads/head.hpp                         one head for a group of tasks
/// heads/dense_head.hpp                   maps: parsing, landmarks
/// heads/attribute_head.hpp               values: age, expression, attributes
/// heads/embedding_head.hpp               embeddings: identity
/// heads/head_registry.hpp                what a head is made from, and heads by name
/// decoder/position_map.hpp               where a cell of a grid lies
/// decoder/memory.hpp                     what the queries look at
/// decoder/decoder_layer.hpp              one layer of the query decoder
/// decoder/query_decoder.hpp              all tasks' queries through one decoder, with Layer-Attention
/// decoder/interpreters.hpp               from a task's tokens to its raw output
/// decoder/interpreter.hpp                what every interpreter is, and interpreters by name
/// decoder/interpreter_registry.hpp       interpreters by name
/// losses/labels.hpp                      what is known to be true of one task's batch
/// losses/checks.hpp                      the checks that losses and metrics make of what they get
/// losses/options.hpp                     options as JSON, both ways, from one list of fields
/// losses/loss.hpp                        what all losses have in common
/// losses/cross_entropy.hpp               one class a sample
/// losses/focal.hpp                       one class a sample, easy ones turned down
/// losses/binary_cross_entropy.hpp        independent outputs, unknown labels left out
/// losses/binary_focal.hpp                independent outputs, easy ones turned down
/// losses/age_distribution.hpp            age as a distribution over years
/// losses/regression.hpp                  labels of a regression, checked
/// losses/mean_absolute_error.hpp         numbers, by the absolute error
/// losses/mean_squared_error.hpp          numbers, by the squared error
/// losses/wing.hpp                        numbers, small errors minded more
/// losses/parsing_cross_entropy.hpp       one class a pixel
/// losses/dice.hpp                        one class a pixel, for classes that cover few
/// losses/landmark.hpp                    landmarks as points and as heatmaps
/// losses/adaptive_wing.hpp               heatmaps, near their peaks more exactly
/// losses/class_matrix.hpp                one learned direction a class, for identification
/// losses/cosface.hpp                     identity, margin of the cosine
/// losses/arcface.hpp                     identity, margin of the angle
/// losses/cosine_distance.hpp             an embedding's direction, learnt from another one's
/// losses/task_weights.hpp                how the losses of many tasks become one
/// losses/make_loss.hpp                   a loss by name
/// losses/label_needs.hpp                 which labels a loss takes
/// losses/own_loss.hpp                    losses of one's own, in short
/// metrics/tensors.hpp                    tensors as the numbers that metrics count with
/// metrics/metric.hpp                     what all metrics have in common
/// metrics/confusion_matrix.hpp           how often each class was taken for each
/// metrics/accuracy.hpp                   the share of right answers
/// metrics/classification.hpp             one class a sample, with each class's own numbers
/// metrics/attribute_score.hpp            attributes: accuracy of each, balanced accuracy, average precision
/// metrics/mean_absolute_error.hpp        numbers
/// metrics/age_error.hpp                  age: mean error, cumulative score
/// metrics/parsing_score.hpp              face parsing: F1 and IoU by class
/// metrics/mean_iou.hpp                   mean intersection over union of all classes
/// metrics/error_curve.hpp                the cumulative error curve, its area, the failure rate
/// metrics/landmark_error.hpp             normalised mean error of landmarks
/// metrics/verification.hpp               are two photos one person: accuracy by folds, TAR at FAR
/// metrics/identification.hpp             who of a gallery is it: rank 1, rank 5
/// metrics/make_metric.hpp                a metric by name
/// metrics/mean_score.hpp                 metrics of one's own
/// tasks/task_spec.hpp                    a task's declaration as plain data
/// tasks/face_task.hpp                    what a task type must have
/// tasks/task.hpp                         a task composed of types
/// tasks/task_list.hpp                    the tasks of a model, with typed handles
/// tasks/task_registry.hpp                a task rebuilt from its declaration
/// tasks/example_task.hpp                 a task type written by hand, every member explained
/// tasks/published.hpp                    the thirteen tasks of the published models
/// tasks/output_kind.hpp                  output kinds by name, as task declarations name them
/// tasks/readout.hpp                      how a raw output is read
/// model/face_model.hpp                   one network for many tasks
/// model/faceptor.hpp                     Faceptor: one decoder for all tasks
/// model/naive_faceptor.hpp               Naive Faceptor: one head a group of tasks
/// model/architectures.hpp                models by name, and from a configuration
/// model/runner.hpp                       images in, raw outputs of the wanted tasks out
/// weights/mapped_file.hpp                a file's bytes, mapped read-only
/// weights/atomic_file.hpp                a file that appears whole or not at all
/// weights/tensor_view.hpp                a tensor in a file: type, shape, bytes
/// weights/safetensors.hpp                the safetensors format
/// weights/zip.hpp                        zip archives of stored entries
/// weights/pickle.hpp                     a reader of pickles that runs nothing
/// weights/pickle_writer.hpp              writes Python's pickles, value after value
/// weights/checkpoint.hpp                 files of torch.save
/// weights/sha256.hpp                     SHA-256
/// weights/published_names.hpp            published names of tensors and ours, one table both ways
/// weights/published_model.hpp            a published model's sizes from its tensors' shapes
/// weights/tensors.hpp                    files of named tensors
/// weights/name_map.hpp                   whole published checkpoints to and from our names
/// weights/load_report.hpp                weights into a module, and what became of each tensor
/// weights/model_file.hpp                 whole models as files
/// analyze/face_analyzer.hpp              a photo in, every task's results out
/// data/synthetic/person.hpp              a person: what stays from picture to picture
/// data/synthetic/appearance.hpp          expression, pose, light: what changes
/// data/synthetic/curve.hpp               curves as dense lines of points
/// data/synthetic/canvas.hpp              a small antialiasing painter
/// data/synthetic/face_shape.hpp          where everything of a face lies in a picture
/// data/synthetic/paint.hpp               a head, shoulders and background, with their classes
/// data/synthetic/labels.hpp              exact landmarks, boxes and attributes
/// data/synthetic/faces.hpp               synthetic faces by seed and index
/// data/synthetic/contact_sheet.hpp       many pictures at a glance
/// data/synthetic/set_plan.hpp            which pictures a synthetic set holds, and of what size
/// data/synthetic/write_sets.hpp          synthetic sets in the formats of the published ones
/// data/datasets/dataset.hpp              what a data set is, as a whole
/// data/datasets/sample.hpp               A sample of a data set
/// data/step_batch.hpp                    what one training step takes
/// data/bad_records.hpp                   records that can't be used: skipped while they are few
/// data/permutation.hpp                   a random order of which every place is known by itself
/// data/sampler.hpp                       which samples a step takes
/// data/read_ahead.hpp                    batches made by threads ahead of who takes them
/// data/collate.hpp                       from prepared samples to the tensors that a network and a loss take
/// data/loader.hpp                        the batches of a training run, of many sets and tasks
/// data/evaluation_loader.hpp             a data set in file order, in batches
/// data/transforms/prepared.hpp           a sample as the network takes it
/// data/transforms/chain.hpp              what is done to a sample between reading and the network
/// data/transforms/planar_image.hpp       a picture as three planes of floats
/// data/transforms/step.hpp               what a step of a chain must have
/// data/transforms/transform_state.hpp    a sample on its way to the network
/// data/datasets/annotated_pictures.hpp   a data set that is a list of annotations and picture files
/// data/datasets/dataset_options.hpp      how a data set is opened
/// data/datasets/table.hpp                label files that are text, read by lines and checked
/// data/datasets/celebamask_hq.hpp        celebAMask-HQ: 30,000 portraits with 19 classes a pixel, one mask file for each part of a face
/// data/datasets/lapa.hpp                 laPa
/// data/datasets/300w.hpp                 300W: 68 points
/// data/datasets/affectnet.hpp            AffectNet: expressions
/// data/datasets/celeba.hpp               CelebA: forty attributes
/// data/datasets/celeba_labels.hpp        the two forms of CelebA's labels, as one
/// data/datasets/expressions.hpp          what the readers of expression sets share
/// data/datasets/ferplus.hpp              FERPlus: expressions
/// data/datasets/landmark_csv.hpp         the CSV files of landmarks that 300W and WFLW share
/// data/datasets/morph2.hpp               MORPH II: ages
/// data/datasets/pickled_numbers.hpp      whole numbers in a pickle, of lists or numpy
/// data/datasets/picture_list.hpp         gathering the samples of a set from its label files
/// data/datasets/rafdb.hpp                RAF-DB: expressions
/// data/datasets/utkface.hpp              UTKFace: ages
/// data/datasets/wflw.hpp                 WFLW: 98 points
/// data/datasets/ms1mv3.hpp               MS1MV3 and its like: faces of persons, packed by InsightFace
/// data/datasets/record_io.hpp            MXNet's packed images: indexed records, read and written
/// data/datasets/verification.hpp         pairs of faces to verify: lfw.bin and its like, read and written
/// data/transforms/crop.hpp               aiming at the part of the photo that a view looks at
/// data/transforms/degrade.hpp            light, colour, and what cameras and networks do to pictures
/// data/transforms/face_annotation.hpp    where a sample's face lies, from whatever its data set says
/// data/transforms/image_ops.hpp          what PIL does to 8-bit pictures
/// data/transforms/mirror.hpp             left to right, with the labels that have sides
/// data/transforms/normalise.hpp          colours to the numbers a network takes
/// data/transforms/parameters.hpp         checks of the parameters of steps
/// data/transforms/photometric.hpp        occlusion, noise, grey, gamma, blur of the dense tasks
/// data/transforms/published.hpp          the chains of the thirteen published tasks
/// data/transforms/rand_augment.hpp       RandAugment of the 112-pixel tasks
/// data/transforms/random_erasing.hpp     random erasing of the 112-pixel tasks
/// data/transforms/random_similarity.hpp  a random turn, size and shift of the crop
/// data/transforms/resize.hpp             whole pictures to another size; square crops
/// data/transforms/view_chains.hpp        chains for tasks of your own, from their views
/// data/datasets/folder.hpp               a set of your own: a folder a class
/// data/datasets/manifest.hpp             a set of your own: CSV or JSON lines
/// data/datasets/manifest_columns.hpp     what the columns of a manifest mean
/// data/datasets/named_rows.hpp           rows whose fields have names: CSV with a header, JSON lines
/// data/datasets/open_dataset.hpp         data sets by the name of their format, for programs and configurations
/// data/datasets/aflw19.hpp               AFLW-19: faces with 19 points, read and written
/// data/datasets/mat5.hpp                 MATLAB's files of version 5 to 7, read and written
/// data/synthetic/set_writer.hpp          writes the files of one format, picture by picture
/// data/datasets/check.hpp                reading a whole data set to see what is in it, and what is wrong with it
/// data/datasets/sheet.hpp                samples at a glance, their labels drawn over them
/// data/datasets/cofw.hpp                 COFW: faces behind things with 29 points, read and written
/// data/datasets/hdf5.hpp                 HDF5 files as plain as MATLAB's of version 7.3, read without the HDF5 library
/// data/datasets/npy.hpp                  arrays as NumPy's `save` writes them
/// data/datasets/own_label.hpp            labels of a kind of your own
/// data/datasets/soft_map_files.hpp       soft maps in files beside their pictures
/// data/detected_boxes.hpp                the five points of a face that was found in a picture
/// data/transforms/chain_registry.hpp     chains by name, for configurations
/// train/schedule.hpp                     the learning rate of each step
/// train/parameter_groups.hpp             which parameters are trained, and how fast
/// train/named_state.hpp                  states of a run as tensors by name
/// train/adamw.hpp                        the optimizer, and clipping of gradients
/// train/published_optimizer.hpp          the optimizer's state in a published checkpoint
/// train/precision.hpp                    fp32, bf16, fp16
/// train/loss_scaler.hpp                  the factor on the loss that fp16 needs
/// train/moving_average.hpp               averaged weights, and swapping them in
/// train/communicator.hpp                 how the processes that train one model talk
/// train/processes.hpp                    many processes that train one model, each on its device
/// train/gradient_buckets.hpp             averages gradients over processes while the backward pass still computes others
/// train/learner.hpp                      one step of training
/// train/checkpoints.hpp                  where a run stands, on disk
/// train/config.hpp                       a training run as plain values: keys, presets, reading
/// train/event_file.hpp                   the files that TensorBoard reads
/// train/memory_estimate.hpp              about how much memory training takes
/// train/run_log.hpp                      the log of a run: JSON lines and curves
/// train/sample_pictures.hpp              training samples and what the model says of them
/// train/setup.hpp                        from a configuration to the objects of a run
/// train/stop_signals.hpp                 a signal as a wish to stop
/// train/trainer.hpp                      a whole run: steps, log, checkpoints, resume
/// train/validation.hpp                   how well a model does while it is trained
/// evaluate/age_outcomes.hpp              one face
/// evaluate/attribute_outcomes.hpp        one face
/// evaluate/class_outcomes.hpp            one face
/// evaluate/evaluate.hpp                  the published protocols, and anybody's own task, on any data set
/// evaluate/figure.hpp                    the numbers of a report, and how sure one may be of them
/// evaluate/groups.hpp                    places of outcomes that have one value of a column in common
/// evaluate/identity_outcomes.hpp         one photo
/// evaluate/landmark_outcomes.hpp         one face
/// evaluate/make_outcomes.hpp             the outcomes that suit a task
/// evaluate/outcomes.hpp                  what came out for each sample of a set, kept so that figures can be computed of any choice of samples
/// evaluate/parsing_outcomes.hpp          one photo
/// evaluate/report.hpp                    what an evaluation says
/// evaluate/value_outcomes.hpp            one face
/// evaluate/html_report.hpp               A report and the set it is about, whose worst samples are drawn
/// evaluate/svg.hpp                       plots as SVG text, for pages that must stand alone
/// evaluate/thresholds.hpp                the metadata entry that holds thresholds of identity
/// evaluate/metric_outcomes.hpp           one face, and how the task's metric scores it
/// evaluate/plot.hpp                      what a report shows besides numbers, as plain data
/// program/program.hpp                    the verbs of the `faceptor` program, for programs of your own
// clang-format off: the order of the rooms, not of the alphabet
#include <faceptor/core/config.hpp>
#include <faceptor/core/version.hpp>
#include <faceptor/core/error.hpp>
#include <faceptor/core/log.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/core/random.hpp>
#include <faceptor/core/label_kind.hpp>
#include <faceptor/core/registry.hpp>
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
#include <faceptor/image/picture_grid.hpp>
#include <faceptor/geometry/points.hpp>
#include <faceptor/geometry/box.hpp>
#include <faceptor/geometry/face_prior.hpp>
#include <faceptor/geometry/rasters.hpp>
#include <faceptor/geometry/similarity.hpp>
#include <faceptor/geometry/warp.hpp>
#include <faceptor/geometry/remap.hpp>
#include <faceptor/geometry/view.hpp>
#include <faceptor/geometry/view_transform.hpp>
#include <faceptor/geometry/label_png.hpp>
#include <faceptor/detect/face_detector.hpp>
#include <faceptor/detect/dlib_frontal_detector.hpp>
#include <faceptor/detect/detectors.hpp>
#include <faceptor/detect/boxes_file.hpp>
#include <faceptor/results/landmarks.hpp>
#include <faceptor/results/landmark_schemes.hpp>
#include <faceptor/results/parsing_map.hpp>
#include <faceptor/results/parsing_classes.hpp>
#include <faceptor/results/age_estimate.hpp>
#include <faceptor/results/expression.hpp>
#include <faceptor/results/attributes.hpp>
#include <faceptor/results/attribute_names.hpp>
#include <faceptor/results/embedding.hpp>
#include <faceptor/results/probabilities.hpp>
#include <faceptor/results/values.hpp>
#include <faceptor/results/maps.hpp>
#include <faceptor/results/task_result.hpp>
#include <faceptor/results/face.hpp>
#include <faceptor/results/photo_result.hpp>
#include <faceptor/results/draw.hpp>
#include <faceptor/results/photo_pen.hpp>
#include <faceptor/nn/guard.hpp>
#include <faceptor/nn/seed_guard.hpp>
#include <faceptor/nn/children.hpp>
#include <faceptor/nn/position_embedding.hpp>
#include <faceptor/nn/drop_path.hpp>
#include <faceptor/nn/attention.hpp>
#include <faceptor/nn/mlp.hpp>
#include <faceptor/nn/recompute.hpp>
#include <faceptor/nn/shared_statistics.hpp>
#include <faceptor/backbone/feature_pyramid.hpp>
#include <faceptor/backbone/backbone.hpp>
#include <faceptor/backbone/backbone_registry.hpp>
#include <faceptor/backbone/vit.hpp>
#include <faceptor/heads/output_kinds.hpp>
#include <faceptor/heads/heatmap.hpp>
#include <faceptor/heads/output_layers.hpp>
#include <faceptor/heads/head.hpp>
#include <faceptor/heads/dense_head.hpp>
#include <faceptor/heads/attribute_head.hpp>
#include <faceptor/heads/embedding_head.hpp>
#include <faceptor/heads/head_registry.hpp>
#include <faceptor/decoder/position_map.hpp>
#include <faceptor/decoder/memory.hpp>
#include <faceptor/decoder/decoder_layer.hpp>
#include <faceptor/decoder/query_decoder.hpp>
#include <faceptor/decoder/interpreters.hpp>
#include <faceptor/decoder/interpreter.hpp>
#include <faceptor/decoder/interpreter_registry.hpp>
#include <faceptor/losses/labels.hpp>
#include <faceptor/losses/checks.hpp>
#include <faceptor/losses/options.hpp>
#include <faceptor/losses/loss.hpp>
#include <faceptor/losses/cross_entropy.hpp>
#include <faceptor/losses/focal.hpp>
#include <faceptor/losses/binary_cross_entropy.hpp>
#include <faceptor/losses/binary_focal.hpp>
#include <faceptor/losses/age_distribution.hpp>
#include <faceptor/losses/regression.hpp>
#include <faceptor/losses/mean_absolute_error.hpp>
#include <faceptor/losses/mean_squared_error.hpp>
#include <faceptor/losses/wing.hpp>
#include <faceptor/losses/parsing_cross_entropy.hpp>
#include <faceptor/losses/dice.hpp>
#include <faceptor/losses/landmark.hpp>
#include <faceptor/losses/adaptive_wing.hpp>
#include <faceptor/losses/class_matrix.hpp>
#include <faceptor/losses/cosface.hpp>
#include <faceptor/losses/arcface.hpp>
#include <faceptor/losses/cosine_distance.hpp>
#include <faceptor/losses/task_weights.hpp>
#include <faceptor/losses/make_loss.hpp>
#include <faceptor/losses/label_needs.hpp>
#include <faceptor/losses/own_loss.hpp>
#include <faceptor/metrics/tensors.hpp>
#include <faceptor/metrics/metric.hpp>
#include <faceptor/metrics/confusion_matrix.hpp>
#include <faceptor/metrics/accuracy.hpp>
#include <faceptor/metrics/classification.hpp>
#include <faceptor/metrics/attribute_score.hpp>
#include <faceptor/metrics/mean_absolute_error.hpp>
#include <faceptor/metrics/age_error.hpp>
#include <faceptor/metrics/parsing_score.hpp>
#include <faceptor/metrics/mean_iou.hpp>
#include <faceptor/metrics/error_curve.hpp>
#include <faceptor/metrics/landmark_error.hpp>
#include <faceptor/metrics/verification.hpp>
#include <faceptor/metrics/identification.hpp>
#include <faceptor/metrics/make_metric.hpp>
#include <faceptor/metrics/mean_score.hpp>
#include <faceptor/tasks/task_spec.hpp>
#include <faceptor/tasks/face_task.hpp>
#include <faceptor/tasks/task.hpp>
#include <faceptor/tasks/task_list.hpp>
#include <faceptor/tasks/task_registry.hpp>
#include <faceptor/tasks/example_task.hpp>
#include <faceptor/published/tasks.hpp>
#include <faceptor/tasks/output_kind.hpp>
#include <faceptor/tasks/readout.hpp>
#include <faceptor/model/face_model.hpp>
#include <faceptor/model/faceptor.hpp>
#include <faceptor/model/naive_faceptor.hpp>
#include <faceptor/model/architectures.hpp>
#include <faceptor/model/runner.hpp>
#include <faceptor/files/mapped_file.hpp>
#include <faceptor/files/atomic_file.hpp>
#include <faceptor/files/tensor_view.hpp>
#include <faceptor/files/safetensors.hpp>
#include <faceptor/files/zip.hpp>
#include <faceptor/files/pickle.hpp>
#include <faceptor/files/pickle_writer.hpp>
#include <faceptor/files/checkpoint.hpp>
#include <faceptor/files/sha256.hpp>
#include <faceptor/published/published_names.hpp>
#include <faceptor/published/published_model.hpp>
#include <faceptor/nn/tensors.hpp>
#include <faceptor/published/name_map.hpp>
#include <faceptor/weights/load_report.hpp>
#include <faceptor/weights/model_file.hpp>
#include <faceptor/analyze/face_analyzer.hpp>
#include <faceptor/synthetic/person.hpp>
#include <faceptor/synthetic/appearance.hpp>
#include <faceptor/synthetic/curve.hpp>
#include <faceptor/synthetic/canvas.hpp>
#include <faceptor/synthetic/face_shape.hpp>
#include <faceptor/synthetic/paint.hpp>
#include <faceptor/synthetic/labels.hpp>
#include <faceptor/synthetic/faces.hpp>
#include <faceptor/synthetic/contact_sheet.hpp>
#include <faceptor/synthetic/set_plan.hpp>
#include <faceptor/synthetic/write_sets.hpp>
#include <faceptor/datasets/dataset.hpp>
#include <faceptor/datasets/sample.hpp>
#include <faceptor/loading/step_batch.hpp>
#include <faceptor/loading/bad_records.hpp>
#include <faceptor/loading/permutation.hpp>
#include <faceptor/loading/sampler.hpp>
#include <faceptor/loading/read_ahead.hpp>
#include <faceptor/loading/collate.hpp>
#include <faceptor/loading/loader.hpp>
#include <faceptor/loading/evaluation_loader.hpp>
#include <faceptor/transforms/prepared.hpp>
#include <faceptor/transforms/chain.hpp>
#include <faceptor/transforms/planar_image.hpp>
#include <faceptor/transforms/step.hpp>
#include <faceptor/transforms/transform_state.hpp>
#include <faceptor/datasets/annotated_pictures.hpp>
#include <faceptor/datasets/dataset_options.hpp>
#include <faceptor/datasets/table.hpp>
#include <faceptor/datasets/celebamask_hq.hpp>
#include <faceptor/datasets/lapa.hpp>
#include <faceptor/datasets/300w.hpp>
#include <faceptor/datasets/affectnet.hpp>
#include <faceptor/datasets/celeba.hpp>
#include <faceptor/datasets/celeba_labels.hpp>
#include <faceptor/datasets/expressions.hpp>
#include <faceptor/datasets/ferplus.hpp>
#include <faceptor/datasets/landmark_csv.hpp>
#include <faceptor/datasets/morph2.hpp>
#include <faceptor/datasets/pickled_numbers.hpp>
#include <faceptor/datasets/picture_list.hpp>
#include <faceptor/datasets/rafdb.hpp>
#include <faceptor/datasets/utkface.hpp>
#include <faceptor/datasets/wflw.hpp>
#include <faceptor/datasets/ms1mv3.hpp>
#include <faceptor/datasets/record_io.hpp>
#include <faceptor/datasets/verification.hpp>
#include <faceptor/transforms/crop.hpp>
#include <faceptor/transforms/degrade.hpp>
#include <faceptor/transforms/face_annotation.hpp>
#include <faceptor/transforms/image_ops.hpp>
#include <faceptor/transforms/mirror.hpp>
#include <faceptor/transforms/normalise.hpp>
#include <faceptor/transforms/parameters.hpp>
#include <faceptor/transforms/photometric.hpp>
#include <faceptor/transforms/published_chains.hpp>
#include <faceptor/transforms/rand_augment.hpp>
#include <faceptor/transforms/random_erasing.hpp>
#include <faceptor/transforms/random_similarity.hpp>
#include <faceptor/transforms/resize.hpp>
#include <faceptor/transforms/view_chains.hpp>
#include <faceptor/datasets/folder.hpp>
#include <faceptor/datasets/manifest.hpp>
#include <faceptor/datasets/manifest_columns.hpp>
#include <faceptor/datasets/named_rows.hpp>
#include <faceptor/datasets/open_dataset.hpp>
#include <faceptor/datasets/aflw19.hpp>
#include <faceptor/datasets/mat5.hpp>
#include <faceptor/synthetic/set_writer.hpp>
#include <faceptor/datasets/inspect/check.hpp>
#include <faceptor/datasets/inspect/sheet.hpp>
#include <faceptor/datasets/cofw.hpp>
#include <faceptor/datasets/hdf5.hpp>
#include <faceptor/datasets/npy.hpp>
#include <faceptor/datasets/own_label.hpp>
#include <faceptor/datasets/soft_map_files.hpp>
#include <faceptor/loading/detected_boxes.hpp>
#include <faceptor/transforms/chain_registry.hpp>
#include <faceptor/train/schedule.hpp>
#include <faceptor/train/parameter_groups.hpp>
#include <faceptor/train/named_state.hpp>
#include <faceptor/train/adamw.hpp>
#include <faceptor/train/published_optimizer.hpp>
#include <faceptor/train/precision.hpp>
#include <faceptor/train/loss_scaler.hpp>
#include <faceptor/train/moving_average.hpp>
#include <faceptor/train/communicator.hpp>
#include <faceptor/train/processes.hpp>
#include <faceptor/train/gradient_buckets.hpp>
#include <faceptor/train/learner.hpp>
#include <faceptor/train/checkpoints.hpp>
#include <faceptor/train/config.hpp>
#include <faceptor/train/event_file.hpp>
#include <faceptor/train/memory_estimate.hpp>
#include <faceptor/train/run_log.hpp>
#include <faceptor/train/sample_pictures.hpp>
#include <faceptor/train/setup.hpp>
#include <faceptor/train/stop_signals.hpp>
#include <faceptor/train/trainer.hpp>
#include <faceptor/train/validation.hpp>
#include <faceptor/evaluate/age_outcomes.hpp>
#include <faceptor/evaluate/attribute_outcomes.hpp>
#include <faceptor/evaluate/class_outcomes.hpp>
#include <faceptor/evaluate/evaluate.hpp>
#include <faceptor/evaluate/figure.hpp>
#include <faceptor/evaluate/groups.hpp>
#include <faceptor/evaluate/identity_outcomes.hpp>
#include <faceptor/evaluate/landmark_outcomes.hpp>
#include <faceptor/evaluate/make_outcomes.hpp>
#include <faceptor/evaluate/outcomes.hpp>
#include <faceptor/evaluate/parsing_outcomes.hpp>
#include <faceptor/evaluate/report.hpp>
#include <faceptor/evaluate/value_outcomes.hpp>
#include <faceptor/report/html_report.hpp>
#include <faceptor/report/svg.hpp>
#include <faceptor/evaluate/thresholds.hpp>
#include <faceptor/evaluate/metric_outcomes.hpp>
#include <faceptor/evaluate/plot.hpp>
#include <faceptor/program/program.hpp>
// clang-format on
