#include "support/catch.hpp"

#include <fmt/format.h>
#include <fstream>

#include <cmath>
#include <set>

#include <faceptor/core/random.hpp>
#include <faceptor/gallery/gallery.hpp>

#include "support/error_of.hpp"
#include "support/temporary_folder.hpp"

using namespace faceptor;

namespace {

/// A person's direction, with some noise.
results::Embedding photo_of(std::uint64_t person, std::uint64_t photo, float noise = 0.3F, std::size_t dimension = 64) {
  Random who(7, {person}), how(8, {person, photo});
  std::vector<float> values(dimension);
  for (auto& value : values) value = who.normal() + noise * how.normal();
  return {values, "model"};
}

Gallery of_persons(std::uint64_t persons, std::uint64_t photos) {
  Gallery gallery("model", 64);
  for (std::uint64_t photo = 0; photo < photos; ++photo) {
    for (std::uint64_t person = 0; person < persons; ++person) {
      gallery.add({.photo = fmt::format("{}/{}.jpg", person, photo), .person = std::to_string(person), .box = {1, 2, 3, 4.5F}, .hash = "h"},
                  photo_of(person, photo));
    }
  }
  return gallery;
}

}  // namespace

TEST_CASE("A gallery finds the most similar faces, from memory and from its file", "[gallery]") {
  const TemporaryFolder folder;
  auto gallery = of_persons(40, 5);
  gallery.notes()["threshold"] = "0.5";
  gallery.save(folder / "people");
  auto opened = Gallery::open(folder / "people");
  CHECK(opened.model() == "model");
  CHECK(opened.dimension() == 64);
  CHECK(opened.notes() == files::Metadata{{"threshold", "0.5"}});
  REQUIRE(opened.size() == 200);
  for (const std::size_t place : {0, 63, 199}) CHECK(opened.face(place) == gallery.face(place));

  const auto wanted = photo_of(17, 99);
  const auto matches = gallery.search(wanted, 7);
  REQUIRE(matches.size() == 7);
  std::set<std::string> nearest;
  for (std::size_t i = 0; i < 7; ++i) {
    if (i > 0) CHECK(matches[i].cosine <= matches[i - 1].cosine);
    if (i < 5) nearest.insert(gallery.face(matches[i].face).person);
    const auto photo = matches[i].face / 40, person = matches[i].face % 40;
    CHECK(matches[i].cosine == Approx(cosine(wanted, photo_of(person, photo))).margin(1e-6));
  }
  CHECK(nearest == std::set<std::string>{"17"});
  CHECK(opened.search(wanted, 7, 3) == matches);
  CHECK(gallery.search(wanted, 1000).size() == 200);
  CHECK(Gallery("model", 64).search(wanted, 5).empty());
}

TEST_CASE("A gallery grows and shrinks where it lies", "[gallery]") {
  const TemporaryFolder folder;
  const auto path = folder / "people";
  of_persons(3, 2).save(path);
  auto opened = Gallery::open(path);
  opened.add({.photo = "new.jpg", .person = "new"}, photo_of(9, 0));
  opened.save(path);  // over the file that is mapped
  CHECK(opened.search(photo_of(9, 1), 1).front().face == 6);
  auto again = Gallery::open(path);
  REQUIRE(again.size() == 7);
  CHECK(again.face(6).person == "new");
  CHECK(again.search(photo_of(9, 1), 1) == opened.search(photo_of(9, 1), 1));

  CHECK(again.remove([](const GalleryFace& face) { return face.person == "1"; }) == 2);
  CHECK(again.size() == 5);
  again.save(path);
  const auto last = Gallery::open(path);
  REQUIRE(last.size() == 5);
  CHECK(last.face(1).person == "2");
  CHECK(last.face(last.search(photo_of(2, 7), 1).front().face).person == "2");
}

TEST_CASE("An empty gallery can be kept", "[gallery]") {
  const TemporaryFolder folder;
  Gallery("model", 8).save(folder / "empty");
  CHECK(Gallery::open(folder / "empty").size() == 0);
  CHECK(Gallery::open(folder / "empty").persons(0.5F).empty());
}

TEST_CASE("Faces are grouped into persons by their embeddings alone", "[gallery]") {
  const auto gallery = of_persons(12, 6);
  const auto persons = gallery.persons(0.5F);
  REQUIRE(persons.size() == 72);
  for (std::size_t i = 0; i < 72; ++i) {
    for (std::size_t j = 0; j < i; ++j) CHECK((persons[i] == persons[j]) == (i % 12 == j % 12));
  }
  CHECK(gallery.persons(0.5F) == persons);
  // Everybody and nobody are the same.
  for (const auto person : gallery.persons(-1)) CHECK(person == 0);
  const auto alone = gallery.persons(1.01F);
  CHECK(std::set<std::size_t>(alone.begin(), alone.end()).size() == 72);

  Gallery uneven("model", 64);
  uneven.add({}, photo_of(1, 1));
  for (std::uint64_t photo = 0; photo < 3; ++photo) uneven.add({}, photo_of(2, photo));
  CHECK(uneven.persons(0.5F) == std::vector<std::size_t>{1, 0, 0, 0});  // the one with most faces is the first
}

TEST_CASE("A gallery refuses what it can't compare", "[gallery]") {
  auto gallery = of_persons(2, 1);
  const results::Embedding other({1, 2, 3}, "other"), shorter({1, 2, 3}, "model");
  for (const auto& wrong : {other, shorter}) {
    CHECK(error_of([&] { gallery.add({}, wrong); }).code() == ErrorCode::mismatch);
    CHECK(error_of([&] { gallery.search(wrong, 1); }).code() == ErrorCode::mismatch);
  }
  CHECK(error_of([&] { gallery.search(other, 1); }).found() == "\"other\"");
  CHECK(error_of([&] { gallery.face(2); }).code() == ErrorCode::argument);
  CHECK(error_of([] { Gallery("model", 0); }).code() == ErrorCode::argument);
}

TEST_CASE("What is no gallery is told for what it is", "[gallery]") {
  const TemporaryFolder folder;
  const auto absent = error_of([&] { Gallery::open(folder / "absent"); });
  CHECK(absent.code() == ErrorCode::io);
  CHECK(absent.summary() == "gallery: the file can't be read");
  std::ofstream(folder / "photo.jpg") << "\xFF\xD8\xFF\xE0 a picture in its place";
  const auto photo = error_of([&] { Gallery::open(folder / "photo.jpg"); });
  CHECK(photo.summary() == "gallery: the file is none, or is damaged");
  CHECK_THAT(photo.hint(), Contains("enroll"));
  files::write_safetensors(folder / "weights", {});
  const auto error = error_of([&] { Gallery::open(folder / "weights"); });
  CHECK(error.code() == ErrorCode::format);
  CHECK_THAT(error.where(), Contains("weights"));

  of_persons(3, 2).save(folder / "whole");
  const auto file = files::SafetensorsFile::open(folder / "whole");
  const auto with = [&](const char* name, std::vector<std::int64_t> shape, std::span<const std::byte> bytes) {
    std::vector<files::TensorView> tensors(file.tensors().begin(), file.tensors().end());
    for (auto& tensor : tensors) {
      if (tensor.name == name) tensor.shape = shape, tensor.bytes = bytes;
    }
    files::write_safetensors(folder / "changed", tensors, file.metadata());
    return Gallery::open(folder / "changed");
  };
  const auto lines = file.at("lines").as<std::int64_t>();
  std::vector<std::int64_t> fewer(lines.begin(), lines.end() - 1), backwards(lines.begin(), lines.end());
  std::swap(backwards[1], backwards[2]);
  CHECK(error_of([&] { with("lines", {6}, std::as_bytes(std::span(fewer))); }).code() == ErrorCode::format);
  CHECK(error_of([&] { with("lines", {7}, std::as_bytes(std::span(backwards))); }).code() == ErrorCode::format);
  const std::vector<char> noise(file.at("faces").bytes.size(), '{');
  const auto unreadable = with("faces", {static_cast<std::int64_t>(noise.size())}, std::as_bytes(std::span(noise)));
  CHECK(error_of([&] { unreadable.face(0); }).code() == ErrorCode::format);
  for (const float value : {std::nanf(""), 5.0F}) {
    const std::vector<float> vectors(6 * 64, value);
    const auto wrong = with("vectors", {6, 64}, std::as_bytes(std::span(vectors)));
    CHECK(error_of([&] { wrong.search(photo_of(1, 1), 1); }).code() == ErrorCode::format);
  }
}
