#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/geometry/view.hpp>

/// The thirteen published tasks as plain data, once: tasks, presets, chains and default data sets are made from this table.
///
///     for (const auto& row : published::kTable) fmt::print("{} is trained on {}\n", row.name, row.format);
///     const auto& row = published::row("align_300w");
///     auto chain = transforms::chain_named(row.chain, published::set_view(row), true);       // as its pictures are prepared in training
namespace faceptor::published {

/// What a task's outputs are. Tasks of one family differ by what stands in the table alone.
enum class Family { identity, age, attributes, expression, parsing, landmarks };

/// A published task.
struct TaskRow {
  std::string_view name;  ///< "align_300w"; up to its first '_' it is the type, which has a weight in the loss
  Family family;
  std::int64_t outputs;
  std::string_view format;             ///< of its data set, for `datasets::open_dataset`; its folder's name in the presets
  std::string_view split;              ///< what it is trained on
  std::string_view evaluation_format;  ///< of what it is scored on: identities are scored on pairs of faces
  std::string_view evaluation_splits;  ///< separated by commas
  std::string_view chain;              ///< that prepares its data set's pictures, for `transforms::chain_named`
  int side;                            ///< of its crop, in pixels
  float scale;                         ///< of the face in the crop, as `View::scale`
  float warp;                          ///< factor of the tanh warp
  std::int64_t samples;                ///< of that split in the paper
  std::int64_t base_batch;             ///< of each of 2 processes in Faceptor-Base and Naive Faceptor; 0: not one of their tasks
  std::int64_t full_batch;             ///< of each of 4 processes in Faceptor-Full
  std::int64_t stage2_batch;           ///< in the second stage, which one task has alone; 0: there is none for it
};

/// In the published order, which is that of the checkpoints.
inline constexpr std::array<TaskRow, 13> kTable = {{
    // clang-format off
    // name, family, outputs, format, split, scored on: format, splits, chain, side, scale, warp, samples, batch: base, full, stage 2
    {"recog_ms1mv3", Family::identity, 512, "ms1mv3", "train", "verification", "lfw,cfp_fp,agedb_30,calfw,cplfw", "published_identity", 112, 1, 0, 5179510, 128, 64, 0},
    {"age_morph2", Family::age, 101, "morph2", "train", "morph2", "test", "published_face", 112, 1, 0, 44194, 32, 16, 64},
    {"age_utkface", Family::age, 101, "utkface", "train", "utkface", "test", "published_face", 112, 1, 0, 13144, 0, 4, 0},
    {"biattr_celeba", Family::attributes, 40, "celeba", "trainval", "celeba", "test", "published_face", 112, 1, 0, 182637, 32, 16, 64},
    {"affect_affectnet", Family::expression, 7, "affectnet", "train", "affectnet", "test", "published_face", 112, 1, 0, 282829, 32, 16, 0},
    {"affect_rafdb", Family::expression, 7, "rafdb", "train", "rafdb", "test", "published_face", 112, 1, 0, 12271, 8, 4, 64},
    {"affect_ferplus", Family::expression, 7, "ferplus", "trainval", "ferplus", "test", "published_face", 112, 1, 0, 28127, 0, 4, 0},
    {"parsing_celebam", Family::parsing, 19, "celebamask_hq", "trainval", "celebamask_hq", "test", "published_parsing", 512, 1, 0, 27176, 2, 1, 0},
    {"parsing_lapa", Family::parsing, 11, "lapa", "trainval", "lapa", "test", "published_parsing", 512, 1, 0.8F, 20168, 0, 1, 0},
    {"align_300w", Family::landmarks, 68, "300w", "train", "300w", "valid", "published_landmarks", 512, 0.8F, 0, 3148, 2, 1, 0},
    {"align_cofw", Family::landmarks, 29, "cofw", "train", "cofw", "test", "published_landmarks", 512, 0.8F, 0, 1345, 0, 1, 0},
    {"align_wflw", Family::landmarks, 98, "wflw", "train", "wflw", "test", "published_landmarks", 512, 0.8F, 0, 7500, 0, 1, 0},
    {"align_aflw", Family::landmarks, 19, "aflw19", "train", "aflw19", "test", "published_landmarks", 512, 1, 0, 20000, 0, 1, 0},
    // clang-format on
}};

/// What a type of tasks weighs in the total loss. In Naive Faceptor every type weighs 1.
struct TypeRow {
  std::string_view type;  ///< "align"
  double base, full;
};

inline constexpr std::array<TypeRow, 6> kTypes = {{
    {"recog", 5, 5},
    {"age", 6, 5},
    {"biattr", 2, 2},
    {"affect", 5, 10},
    {"parsing", 100, 200},
    {"align", 1000, 1000},
}};

/// The type of a task, published or not: its name up to the first '_'.
constexpr std::string_view type_of(std::string_view task) { return task.substr(0, task.find('_')); }

/// The names of the thirteen, in the published order.
std::vector<std::string> names();

/// A task's row; null for a task that isn't published.
const TaskRow* find(std::string_view task) noexcept;
/// @throws Error(argument) for an unknown name, with the nearest known one
const TaskRow& row(std::string_view task);

/// The task that a data set is for, to be trained or scored; null for sets of one's own.
/// @param classes  of the data set (`datasets::DatasetInfo::classes`): LaPa's pictures may come with another set's masks; 0 if not known
const TaskRow* find_by_format(std::string_view format, std::int64_t classes = 0) noexcept;

/// Where the task looks in a photo with the face's box and five points known.
View view(const TaskRow& row);
/// Where it looks in its own data set's pictures. CelebAMask-HQ's are cut about as their task's view cuts a photo, and are taken whole.
/// @param side  of the crop in pixels; 0: the published one
View set_view(const TaskRow& row, int side = 0);

}  // namespace faceptor::published

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/published/impl/table_inl.hpp>
#endif
