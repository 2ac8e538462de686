#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <faceptor/analyze/face_analyzer.hpp>
#include <faceptor/files/safetensors.hpp>
#include <faceptor/image/read.hpp>
#include <faceptor/results/embedding.hpp>

#include "common.hpp"

/// Who is who: what `compare`, `search` and `cluster` (identity.cpp) and `enroll` (enroll.cpp) share.
namespace faceptor::program {

struct IdentityOptions {
  std::vector<std::string> photos;
  std::string photo, index, weights, task, json, detector, device = "cpu";
  std::string person, remove;
  std::string faces = "largest";
  Step step;
  std::size_t top = 5;
  double save_every = 30;
  std::optional<double> far, threshold;
  ReadOptions reading{};
};

/// From which cosine on two faces are taken for one person's, and what is known of it.
struct Threshold {
  std::optional<double> cosine{};
  std::optional<double> far{};  ///< the share of pairs of two persons that are as similar
  std::string measured_on{};    ///< the set that this was found on
  std::string text() const {
    if (!cosine) return "no threshold: these weights have none measured; --threshold COSINE gives one";
    if (!far) return fmt::format("threshold {:.3f}, as given", *cosine);
    return fmt::format("threshold {:.3f}: {:g} of pairs of two persons are as similar, measured on {}", *cosine, *far, measured_on);
  }
  nlohmann::ordered_json json() const {
    const auto number = [](const std::optional<double>& value) { return value ? nlohmann::json(*value) : nlohmann::json(); };
    return {{"threshold", number(cosine)},
            {"far", number(far)},
            {"measured_on", measured_on.empty() ? nlohmann::json() : nlohmann::json(measured_on)}};
  }
  /// Null where there is no threshold.
  nlohmann::json same(double similarity) const { return cosine ? nlohmann::json(similarity >= *cosine) : nlohmann::json(); }
};

/// The threshold of the options, else of the metadata that `evaluate --save-thresholds` wrote: at the FAR asked for, else the lowest.
/// @param file  that the metadata is of, for errors
/// @throws Error(argument) for a FAR that was not measured, Error(format) for metadata that can't be read
Threshold threshold_of(const IdentityOptions& chosen, const files::Metadata& metadata, const std::string& file);

/// Finds faces and says who they are.
class Faces {
 public:
  /// @throws Error(argument) for a task that doesn't tell who somebody is
  Faces(const Common& common, const IdentityOptions& chosen);

  const weights::ModelInfo& info() const { return analyzer_.info(); }
  const results::Embedding& embedding(const Face& face) const { return face.get<results::Embedding>(analyzer_task_); }

  /// @throws Error(argument) for a photo without a face
  PhotoResult of(const std::string& photo) const;
  /// The largest face; says so where there are more.
  Face largest(const PhotoResult& result) const;

 private:
  FaceAnalyzer load(const Common& common, const IdentityOptions& chosen);

  const IdentityOptions& chosen_;
  const Common& common_;
  std::string analyzer_task_;
  FaceAnalyzer analyzer_;
};

/// A name of somebody or something, as it may stand on a terminal.
std::string shown(std::string_view name);
/// JSON to a file or standard output; nothing for an empty target.
void write_json(const std::string& target, const nlohmann::ordered_json& json);

void add_model_options(CLI::App& verb, IdentityOptions& chosen);
void add_json_option(CLI::App& verb, IdentityOptions& chosen);

}  // namespace faceptor::program
