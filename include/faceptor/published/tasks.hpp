#pragma once

#include <cstdint>

#include <faceptor/core/config.hpp>
#include <faceptor/losses/age_distribution.hpp>
#include <faceptor/losses/classification.hpp>
#include <faceptor/losses/dense.hpp>
#include <faceptor/losses/identity.hpp>
#include <faceptor/metrics/classification.hpp>
#include <faceptor/metrics/identity.hpp>
#include <faceptor/metrics/landmarks.hpp>
#include <faceptor/metrics/numbers.hpp>
#include <faceptor/metrics/parsing.hpp>
#include <faceptor/tasks/task.hpp>
#include <faceptor/tasks/task_list.hpp>

/// The thirteen tasks of the published models, each usable alone.
///
///     auto age = published::age_morph2();             // change what you like: age.view(views::aligned(224))
///     TaskList tasks = published::base();             // the seven of Faceptor-Base
///     Faceptor model(FaceptorOptions(VitOptions::base16()).tasks(published::full()));
///
/// Views are those for a photo with the face's box and five points known: the aligned 112 pixels of the data sets of identity,
/// age, attributes and expression; the annotated box of the landmark sets; and for parsing the crop by five points that
/// LaPa's tasks use, without its warp for CelebAMask-HQ, whose images are cut about like that. What each data set's own
/// evaluation does to its images is in docs/tasks.md.
namespace faceptor::published {

using LandmarkTask = Task<DenseMap, losses::Landmark, results::Landmarks, metrics::LandmarkError>;
using ParsingTask = Task<DenseMap, losses::ParsingCrossEntropy, results::ParsingMap, metrics::ParsingScore>;
using AgeTask = Task<AttributeVector, losses::AgeDistribution, results::AgeEstimate, metrics::AgeError>;
using ExpressionTask = Task<AttributeVector, losses::CrossEntropy, results::Expression, metrics::Classification>;
using AttributeTask = Task<AttributeVector, losses::BinaryCrossEntropy, results::Attributes, metrics::AttributeScore>;
using IdentityTask = Task<Embedding, losses::CosFace, results::Embedding, metrics::FaceVerification>;

/// Identity of MS1MV3: 512 numbers, 93,431 classes in training.
IdentityTask recog_ms1mv3();
/// Age of MORPH II and of UTKFace: 101 values, the ages 0 to 100.
AgeTask age_morph2();
AgeTask age_utkface();
/// The forty attributes of CelebA.
AttributeTask biattr_celeba();
/// Seven expressions: neutral, happy, sad, surprise, fear, disgust, anger.
ExpressionTask affect_affectnet();
ExpressionTask affect_rafdb();
ExpressionTask affect_ferplus();
/// 19 classes of CelebAMask-HQ, 11 of LaPa.
ParsingTask parsing_celebam();
ParsingTask parsing_lapa();
/// 68, 29, 98 and 19 points.
LandmarkTask align_300w();
LandmarkTask align_cofw();
LandmarkTask align_wflw();
LandmarkTask align_aflw();

/// The seven tasks of Faceptor-Base and Naive Faceptor, in the published order, which is that of the checkpoints.
TaskList base();
/// All thirteen, in the published order.
TaskList full();

/// A published task by name with another number of outputs, as a checkpoint of another size may have; where that is not the
/// published number, labels and schemes are left out.
/// @throws Error(argument) for an unknown name, with the nearest known one
AnyTask by_name(std::string_view name, int64_t outputs = 0);

}  // namespace faceptor::published

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/published/impl/tasks_inl.hpp>
#endif
