#pragma once

#include <array>

#include <faceptor/core/error.hpp>
#include <faceptor/synthetic/impl/celeba_set.hpp>
#include <faceptor/synthetic/impl/label_lines.hpp>
#include <faceptor/synthetic/impl/matlab_sets.hpp>
#include <faceptor/synthetic/impl/parsing_sets.hpp>
#include <faceptor/synthetic/impl/record_sets.hpp>
#include <faceptor/synthetic/impl/set_writer.cpp>

namespace faceptor::synthetic {

FACEPTOR_INLINE std::unique_ptr<SetWriter> make_set_writer(const SetPlan& plan, const std::filesystem::path& folder) {
  using namespace detail;
  const std::string_view format = plan.format().name;
  const auto files = [&](PictureFiles::Lines lines, std::map<std::string, std::string> headers = {}) {
    return std::make_unique<PictureFiles>(plan, folder, lines, std::move(headers));
  };
  if (format == "morph2") return files(&morph2_lines);
  if (format == "utkface") return files(&utkface_lines, {{"label/train.csv", "file,age"}, {"label/test.csv", "file,age"}});
  if (format == "affectnet") return files(&affectnet_lines);
  if (format == "rafdb") return files(&rafdb_lines);
  if (format == "ferplus") return files(&ferplus_lines);
  if (format == "celeba") return std::make_unique<CelebaSet>(plan, folder);
  if (format == "celebamask_hq") return std::make_unique<CelebaMaskHqSet>(plan, folder);
  if (format == "lapa") return std::make_unique<LapaSet>(plan, folder);
  if (format == "300w") {
    constexpr std::array<std::string_view, 5> kLists = {"train", "valid", "valid_common", "valid_challenge", "test"};
    return files(&lines_300w, landmark_headers("300w", kLists, 68));
  }
  if (format == "wflw") {
    constexpr std::array<std::string_view, 8> kLists = {
        "train", "test", "test_blur", "test_expression", "test_illumination", "test_largepose", "test_makeup", "test_occlusion"};
    return files(&wflw_lines, landmark_headers("wflw", kLists, 98));
  }
  if (format == "aflw19") return std::make_unique<Aflw19Set>(plan, folder);
  if (format == "cofw") return std::make_unique<CofwSet>(plan, folder);
  if (format == "ms1mv3") return std::make_unique<Ms1mv3Set>(folder);
  if (format == "verification") return std::make_unique<VerificationSet>(folder);
  if (format == "folder") return files(nullptr);
  if (format == "manifest") return files(&manifest_lines, {{"manifest.csv", manifest_header()}});
  throw Error(ErrorCode::internal, "synthetic: a format has no writer").where(std::string(format));
}

}  // namespace faceptor::synthetic
