#include <algorithm>
#include <array>
#include <string>

#include <faceptor/core/error.hpp>
#include <faceptor/files/atomic_file.hpp>
#include <faceptor/files/whole_file.hpp>
#include <faceptor/image/write.hpp>
#include <faceptor/synthetic/impl/download_sets.hpp>
#include <faceptor/synthetic/impl/label_lines.hpp>
#include <faceptor/synthetic/impl/native_sets.hpp>
#include <faceptor/synthetic/set_writer.hpp>

namespace faceptor::synthetic {
PictureFiles::PictureFiles(const SetPlan& plan, std::filesystem::path folder, Lines lines, std::map<std::string, std::string> headers)
    : plan_(&plan), folder_(std::move(folder)), lines_(lines), headers_(std::move(headers)) {
  std::filesystem::path last;
  for (const auto& picture : plan.pictures()) {
    const auto parent = (folder_ / picture.name).parent_path();
    if (parent != last) files::make_folder(parent);
    last = parent;
  }
}

SetWriter::Entry PictureFiles::store(const SetPicture& picture, const SyntheticSample& sample) const {
  const auto path = folder_ / picture.name;
  const Image& image = plan_->format().name == "ferplus" ? detail::grey_of(sample.image) : sample.image;
  path.extension() == ".png" ? write_png(path, image) : write_jpeg(path, image, kQuality);
  return {.encoded = {}, .image = {}, .face = sample.face};
}

void PictureFiles::add(const SetPicture& picture, Entry entry) {
  if (lines_ == nullptr) return;
  for (const auto& [file, line] : lines_(picture, entry.face)) (texts_[file] += line) += '\n';
}

void PictureFiles::finish() {
  for (const auto& [name, text] : texts_) {
    const auto header = headers_.find(name);
    write_text(name, header == headers_.end() ? text : header->second + "\n" + text);
  }
}

void PictureFiles::write_text(const std::string& name, std::string_view text) const {
  files::make_folder((folder_ / name).parent_path());
  files::write_file(folder_ / name, text);
}

std::unique_ptr<SetWriter> make_set_writer(const SetPlan& plan, const std::filesystem::path& folder) {
  using namespace detail;
  const std::string_view format = plan.format().name;
  const auto files = [&](PictureFiles::Lines lines, std::map<std::string, std::string> headers = {}) {
    return std::make_unique<PictureFiles>(plan, folder, lines, std::move(headers));
  };
  if (plan.format().downloaded) {
    if (format == "ferplus") return std::make_unique<FerplusDownload>(folder);
    if (format == "affectnet") return files(&affectnet_download_lines, affectnet_download_headers());
    if (format == "rafdb") return files(&rafdb_download_lines);
    if (format == "celeba") return files(&celeba_download_lines, celeba_download_headers(plan));
    return files(nullptr);  // names tell all
  }
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
