#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/files/safetensors.hpp>
#include <faceptor/geometry/box.hpp>
#include <faceptor/results/embedding.hpp>

namespace faceptor {

/// A face of a gallery, besides its embedding.
struct GalleryFace {
  std::string photo{};   ///< where it was found: a path or name
  std::string person{};  ///< who it is; empty if nobody said
  Box box{};             ///< in pixels of the photo
  std::string hash{};    ///< SHA-256 of the photo's bytes, by which it is known again under another name; may be empty

  friend bool operator==(const GalleryFace&, const GalleryFace&) = default;
};

/// A face that a search found.
struct GalleryMatch {
  std::size_t face = 0;  ///< its place in the gallery
  float cosine = 0;      ///< of the angle between the two embeddings: -1 to 1

  friend bool operator==(const GalleryMatch&, const GalleryMatch&) = default;
};

/// Faces known by their embeddings, all of one model, in one file. Searching is exact: every face is compared.
///
///     Gallery gallery(analyzer.info().hash, 512);                     // or Gallery::open("people.gallery")
///     gallery.add({.photo = "ann/1.jpg", .person = "ann", .box = face.box}, face.get<results::Embedding>());
///     gallery.save("people.gallery");
///     for (const auto& match : gallery.search(embedding, 5)) fmt::print("{} {:.2f}\n", gallery.face(match.face).person, match.cosine);
///
/// An opened file's embeddings are mapped, not read. The file is a safetensors file: `vectors` F32 N x D, `faces` U8 (a JSON object a line)
/// and `lines` I64 N + 1 (where each begins). **It tells who somebody is**: keep it as you would keep the photos. Searching is safe from
/// many threads, as long as none changes it.
class Gallery {
 public:
  /// An empty one. @param model  the hash of the weights that make the embeddings. @throws Error(argument) for a dimension of 0
  Gallery(std::string model, std::size_t dimension);
  /// @throws Error(io, format, limit)  for a file that is none
  static Gallery open(const std::filesystem::path& path);

  const std::string& model() const noexcept { return model_; }
  std::size_t dimension() const noexcept { return dimension_; }
  std::size_t size() const noexcept { return mapped_size() + added_.size(); }
  /// @throws Error(argument) for a place beyond the last, @throws Error(format) for a file that says something else there
  GalleryFace face(std::size_t place) const;

  /// @throws Error(mismatch) for an embedding of another model or dimension
  void add(GalleryFace face, const results::Embedding& embedding);
  /// Removes all faces of which this is true. @return how many
  std::size_t remove(const std::function<bool(const GalleryFace&)>& unwanted);

  /// The most similar faces, most similar first; among equals the one that was added first.
  /// @param top      at most so many
  /// @param threads  0: as many as the machine suggests
  /// @throws Error(mismatch) for an embedding of another model or dimension; Error(format) if the file holds vectors that aren't of length
  /// 1
  std::vector<GalleryMatch> search(const results::Embedding& embedding, std::size_t top, int threads = 0) const;

  /// Which person each face is, told by the embeddings alone: 0 for the person with most faces, and so on.
  ///
  /// A face belongs to the person whose mean is most similar to it, where that is at least `threshold`, else it is a person of its own;
  /// this is repeated until nothing changes, ten times at most. The same faces in the same order give the same persons.
  /// @param threshold  a cosine
  std::vector<std::size_t> persons(float threshold) const;

  /// Further text by name, which stands in the file beside "model": thresholds of the model, say.
  files::Metadata& notes() noexcept { return notes_; }
  const files::Metadata& notes() const noexcept { return notes_; }

  /// The file appears whole or not at all. It may be the one that was opened. @throws Error(io)
  void save(const std::filesystem::path& path) const;

 private:
  std::size_t mapped_size() const noexcept { return mapped_.size() / dimension_; }
  std::span<const float> vector(std::size_t place) const;
  void check(const results::Embedding& embedding) const;

  std::string model_;
  std::size_t dimension_;
  files::Metadata notes_;

  std::shared_ptr<const void> file_;  // keeps the three views alive
  std::span<const float> mapped_;
  std::span<const std::uint8_t> text_;
  std::span<const std::int64_t> lines_;

  std::vector<GalleryFace> added_;  // behind the mapped ones
  std::vector<float> added_vectors_;
};

}  // namespace faceptor

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/gallery/impl/gallery_inl.hpp>
#endif
