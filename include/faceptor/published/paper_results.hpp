#pragma once

#include <array>
#include <optional>
#include <string_view>

#include <faceptor/core/config.hpp>

/// The paper's results as plain data, once: what `faceptor evaluate --suite published` and docs/evaluation.md set beside one's own.
namespace faceptor::published {

/// Where these numbers come from. Which of its tables each stands in isn't recorded here.
inline constexpr std::string_view kPaper = "Faceptor: A Generalist Model for Face Perception, ECCV 2024 (arXiv 2403.09500)";

/// A row of the paper's tables. Numbers are as printed there; empty where the paper has none, or none is known here.
struct PaperRow {
  std::string_view set;     ///< "300W challenging"
  std::string_view task;    ///< of `kTable`
  std::string_view split;   ///< of the task's `evaluation_format`; empty: the mean over all of its `evaluation_splits`
  std::string_view figure;  ///< what is measured
  std::string_view unit;    ///< "%" or "years"
  std::string_view naive, base;
  std::string_view full;  ///< of a task with a second stage (`TaskRow::stage2_batch`): after that
};

inline constexpr std::array<PaperRow, 20> kPaperRows = {{
    // clang-format off
    // set, task, split, figure, unit, Naive Faceptor, Faceptor-Base, Faceptor-Full
    {"300W full", "align_300w", "valid", "NME inter-ocular", "%", "3.16", "3.00", "2.86"},
    {"300W common", "align_300w", "valid_common", "NME inter-ocular", "%", "2.75", "2.60", "2.52"},
    {"300W challenging", "align_300w", "valid_challenge", "NME inter-ocular", "%", "4.84", "4.60", "4.25"},
    {"WFLW", "align_wflw", "test", "NME inter-ocular", "%", "", "", "4.03"},
    {"COFW", "align_cofw", "test", "NME inter-ocular", "%", "", "", "3.01"},
    {"AFLW-19", "align_aflw", "test", "NME box diagonal", "%", "", "", "0.95"},
    {"CelebAMask-HQ", "parsing_celebam", "test", "mean F1", "%", "88.04", "88.22", "88.2"},
    {"LaPa", "parsing_lapa", "test", "mean F1", "%", "", "", "91.5"},
    {"MORPH II", "age_morph2", "test", "MAE", "years", "1.873", "1.869", "1.96"},
    {"UTKFace", "age_utkface", "test", "MAE", "years", "", "", "4.10"},
    {"AffectNet", "affect_affectnet", "test", "accuracy", "%", "", "", ""},
    {"RAF-DB", "affect_rafdb", "test", "accuracy", "%", "87.58", "90.38", "91.26"},
    {"FERPlus", "affect_ferplus", "test", "accuracy", "%", "", "", "90.40"},
    {"CelebA", "biattr_celeba", "test", "mean accuracy", "%", "91.40", "91.43", "91.39"},
    {"LFW", "recog_ms1mv3", "lfw", "accuracy", "%", "99.50", "99.52", "99.40"},
    {"CFP-FP", "recog_ms1mv3", "cfp_fp", "accuracy", "%", "96.17", "95.86", "96.34"},
    {"AgeDB-30", "recog_ms1mv3", "agedb_30", "accuracy", "%", "94.35", "93.33", "93.65"},
    {"CALFW", "recog_ms1mv3", "calfw", "accuracy", "%", "95.13", "94.70", "94.75"},
    {"CPLFW", "recog_ms1mv3", "cplfw", "accuracy", "%", "92.68", "92.12", "92.27"},
    // Computed from the five above.
    {"mean of the five", "recog_ms1mv3", "", "accuracy", "%", "95.57", "95.11", "95.28"},
    // clang-format on
}};

/// A number as `evaluate::Figure` has it: shares from 0 to 1, years as they are. Nothing for an empty text.
/// @param printed  one of the row's three
std::optional<double> value(const PaperRow& row, std::string_view printed);

/// Whether the row's `full` is of weights after the task's own second stage.
bool after_second_stage(const PaperRow& row);

}  // namespace faceptor::published

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/published/impl/paper_results_inl.hpp>
#endif
