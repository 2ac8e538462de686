#include <algorithm>
#include <array>

#include <fmt/format.h>

#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/datasets/open_dataset.hpp>
#include <faceptor/datasets/prepare/impl/preparation.hpp>

namespace faceptor::datasets {
namespace detail {
namespace {

using Pictures = std::span<const DownloadedPicture* const>;

std::span<const Preparation> preparations() {
  static const std::array<Preparation, 6> all = {{
      {{"morph2", "pictures named SUBJECT_NUMBER, M or F, AGE: Album2/009055_1M54.JPG",
        "cut faces; 80 of 100 train, drawn from the seed, or as RANDOM_80_20/train.txt and test.txt in the download say"},
       true,
       &read_morph2_download,
       [](Pictures pictures) { return split_lists(pictures, "label/RANDOM_80_20/*.txt", ' '); }},
      {{"utkface", "pictures named AGE_SEX_RACE_DATE: UTKFace/26_0_2_20170104023102422.jpg.chip.jpg",
        "cut faces of 21 to 60 years; 80 of 100 train, drawn from the seed, or as utkface_train.csv and utkface_test.csv in the download "
        "say"},
       true,
       &read_utkface_download,
       [](Pictures pictures) { return split_lists(pictures, "label/*.csv", ',', "file,age"); }},
      {{"celeba", "img_align_celeba/, list_attr_celeba.txt, list_eval_partition.txt, list_landmarks_align_celeba.txt",
        "faces cut by the set's own five points; its own split"},
       true,
       &read_celeba_download,
       &celeba_lists},
      {{"affectnet", "Manually_Annotated_Images/, training.csv, validation.csv; or train_set/ and val_set/ with images/ and annotations/",
        "faces cut by the set's own landmarks, or by those found; its own split, validation as test"},
       true,
       &read_affectnet_download,
       [](Pictures pictures) { return split_lists(pictures, "label/*.txt", ' '); }},
      {{"rafdb", "Image/aligned/, EmoLabel/list_patition_label.txt", "the publishers' aligned pictures as they are; their split"},
       false,
       &read_rafdb_download,
       [](Pictures pictures) { return split_lists(pictures, "label.txt", ' '); }},
      {{"ferplus", "fer2013.csv (FER2013), fer2013new.csv (FERPlus)",
        "pictures of 48 x 48 as they are, the class that most votes are for; the publishers' split"},
       false,
       &read_ferplus_download,
       [](Pictures pictures) { return split_lists(pictures, "label/*.txt", ' '); }},
  }};
  return all;
}

}  // namespace

const Preparation& preparation_of(std::string_view format) {
  std::vector<std::string> known;
  for (const auto& preparation : preparations()) {
    if (preparation.form.format == format) return preparation;
    known.emplace_back(preparation.form.format);
  }
  const auto formats = dataset_formats();
  if (std::ranges::find(formats, format, &DatasetFormat::name) != formats.end()) {
    throw Error(ErrorCode::unsupported, fmt::format("data: a \"{}\" set needs no preparing", format))
        .hint("it is read as it is downloaded; prepared are " + text::join(known));
  }
  throw Error(ErrorCode::unsupported, fmt::format("data: no format \"{}\"", format)).hint(text::suggestion(format, known));
}

}  // namespace detail

std::span<const DownloadForm> download_forms() {
  static const auto forms = [] {
    std::vector<DownloadForm> all;
    for (const auto& preparation : detail::preparations()) all.push_back(preparation.form);
    return all;
  }();
  return forms;
}

}  // namespace faceptor::datasets
