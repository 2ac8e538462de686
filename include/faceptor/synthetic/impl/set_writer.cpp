#pragma once

#include <algorithm>
#include <string>
#include <system_error>

#include <faceptor/core/error.hpp>
#include <faceptor/synthetic/set_writer.hpp>
#include <faceptor/image/write.hpp>
#include <faceptor/files/atomic_file.hpp>

namespace faceptor::synthetic {
namespace detail {

/// Little is lost, so that what is learned is not the JPEG.
constexpr int kSetQuality = 95;

FACEPTOR_INLINE void make_folder(const std::filesystem::path& folder) {
  std::error_code status;
  std::filesystem::create_directories(folder, status);
  if (status) throw Error(ErrorCode::io, "synthetic: a folder can't be made").where(folder.string()).found(status.message());
}

/// The same picture in grey, as cameras without colour see it.
FACEPTOR_INLINE Image grey_of(Image image) {
  const auto pixels = image.pixels();
  for (std::size_t i = 0; i < pixels.size(); i += 3) {
    const auto luma = static_cast<std::uint8_t>((19595U * pixels[i] + 38470U * pixels[i + 1] + 7471U * pixels[i + 2] + 32768U) >> 16);
    std::fill_n(pixels.begin() + static_cast<std::ptrdiff_t>(i), 3, luma);
  }
  return image;
}

}  // namespace detail

FACEPTOR_INLINE PictureFiles::PictureFiles(const SetPlan& plan, std::filesystem::path folder, Lines lines,
                                           std::map<std::string, std::string> headers)
    : plan_(&plan), folder_(std::move(folder)), lines_(lines), headers_(std::move(headers)) {
  std::filesystem::path last;
  for (const auto& picture : plan.pictures()) {
    const auto parent = (folder_ / picture.name).parent_path();
    if (parent != last) detail::make_folder(parent);
    last = parent;
  }
}

FACEPTOR_INLINE SetWriter::Entry PictureFiles::store(const SetPicture& picture, const SyntheticSample& sample) const {
  const auto path = folder_ / picture.name;
  const Image& image = plan_->format().name == "ferplus" ? detail::grey_of(sample.image) : sample.image;
  path.extension() == ".png" ? write_png(path, image) : write_jpeg(path, image, detail::kSetQuality);
  return {.encoded = {}, .image = {}, .face = sample.face};
}

FACEPTOR_INLINE void PictureFiles::add(const SetPicture& picture, Entry entry) {
  if (lines_ == nullptr) return;
  for (const auto& [file, line] : lines_(picture, entry.face)) (texts_[file] += line) += '\n';
}

FACEPTOR_INLINE void PictureFiles::finish() {
  for (const auto& [name, text] : texts_) {
    const auto header = headers_.find(name);
    write_text(name, header == headers_.end() ? text : header->second + "\n" + text);
  }
}

FACEPTOR_INLINE void PictureFiles::write_text(const std::string& name, std::string_view text) const {
  detail::make_folder((folder_ / name).parent_path());
  weights::AtomicFile file(folder_ / name);
  file.write(text);
  file.commit();
}

}  // namespace faceptor::synthetic
