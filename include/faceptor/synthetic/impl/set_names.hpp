#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include <faceptor/results/attributes.hpp>
#include <faceptor/synthetic/person.hpp>
#include <faceptor/synthetic/set_plan.hpp>

namespace faceptor::synthetic::detail {

// The splits of 300W are lists of pictures of four older sets.
inline std::string name_300w(std::string_view split, std::uint64_t number) {
  constexpr std::array<std::string_view, 3> kTrain = {"afw", "helen/trainset", "lfpw/trainset"};
  constexpr std::array<std::string_view, 2> kCommon = {"helen/testset", "lfpw/testset"};
  constexpr std::array<std::string_view, 2> kTest = {"300W/01_Indoor/indoor", "300W/02_Outdoor/outdoor"};
  if (split == "train") return fmt::format("{}/image_{:04}.jpg", kTrain[number % 3], number + 1);
  if (split == "valid_common") return fmt::format("{}/image_{:04}.jpg", kCommon[number % 2], number + 1);
  if (split == "test") return fmt::format("{}_{:03}.png", kTest[number % 2], number + 1);
  // The one file of the published set whose name on disk has a blank that the lists lack.
  return number == 0 ? "ibug/image_092 _01.jpg" : fmt::format("ibug/image_{:03}.jpg", number + (number < 92 ? 0 : 1));
}

/// What a picture of a set is called: names look like those of the published sets.
/// @param number    counted from 0 over the set  @param in_split  over its split
inline std::string picture_name(std::string_view format, std::string_view split, std::uint64_t number, std::uint64_t in_split,
                                const Person& person, Emotion emotion) {
  const int years = static_cast<int>(person.age);
  if (format == "ms1mv3") return std::to_string(number + 1);
  if (format == "morph2") return fmt::format("data/{:06}_0{}{:02}.JPG", number + 1, person.male ? 'M' : 'F', years);
  if (format == "utkface") return fmt::format("data/{}_{}_{:08}.jpg.chip.jpg", years, person.male ? 0 : 1, number + 1);
  if (format == "celeba") return fmt::format("data/{:06}.jpg", number + 1);
  if (format == "affectnet") return fmt::format("data/{}.jpg", number + 1);
  if (format == "rafdb") return fmt::format("data/{}_{:05}_aligned.jpg", split, in_split + 1);
  if (format == "ferplus") return fmt::format("data/fer{:07}.png", number + 1);
  if (format == "celebamask_hq") return fmt::format("CelebA-HQ-img/{}.jpg", number);
  if (format == "lapa") return fmt::format("{}/images/{:06}_0.jpg", split, in_split + 1);
  if (format == "300w") return fmt::format("data/{}", name_300w(split, in_split));
  if (format == "wflw") return fmt::format("data/0--Portraits/0_Portraits_{:05}.jpg", number + 1);
  if (format == "aflw19") return fmt::format("data/flickr/{}/image{:05}.jpg", (std::array{0, 2, 3})[number % 3], number + 1);
  if (format == "folder")
    return fmt::format("{}/{}/{:06}.jpg", split, results::kExpressionNames[static_cast<std::size_t>(emotion)], number + 1);
  if (format == "manifest") return fmt::format("pictures/{:06}.jpg", number + 1);
  return std::to_string(in_split);  // records of a file
}

}  // namespace faceptor::synthetic::detail
