#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/datasets/dataset.hpp>
#include <faceptor/files/mapped_file.hpp>
#include <faceptor/files/pickle.hpp>

/// Pairs of faces to verify: lfw.bin, cfp_fp.bin, agedb_30.bin, ... as InsightFace packs them.
///
/// A Python pickle (protocol 2 to 5) of a tuple or list of two: 2n pictures as files' bytes (JPEG or PNG), pair after pair, and n times
/// whether a pair shows one person. Nothing of the pickle is run (files/pickle.hpp). Pictures may also be bytearrays or NumPy arrays
/// of bytes, and answers NumPy's booleans or an array of them, as such files are found.
namespace faceptor::datasets {

/// The pictures of all pairs, as a data set without labels: picture i belongs to pair i / 2.
///
/// `Annotation::columns` has "pair" and "same" ("1" or "0").
class VerificationPairs final : public Dataset {
 public:
  /// @param path  the .bin file
  /// @throws Error(io)           if it is missing or can't be read
  /// @throws Error(format)       if it is no such pickle; names the byte, or the list and the element
  /// @throws Error(unsupported)  if the pickle asks for anything else
  explicit VerificationPairs(const std::filesystem::path& path);

  const DatasetInfo& info() const noexcept override { return info_; }
  std::size_t size() const noexcept override { return pictures_.size(); }
  Annotation annotation(std::size_t index) const override;
  Sample read(std::size_t index) const override;

  std::size_t pairs() const noexcept { return same_.size(); }
  /// Whether both pictures of a pair, 2 * pair and 2 * pair + 1, show one person. @pre pair < pairs()
  bool same(std::size_t pair) const { return same_[pair]; }

 private:
  std::shared_ptr<const files::MappedFile> file_;
  files::pickle::Document document_;  // what pictures that were encoded as text were turned into
  std::vector<std::span<const std::byte>> pictures_;
  std::vector<bool> same_;
  DatasetInfo info_;
};

/// Which pictures, in the order of their set, begin a pair: the next one belongs to the same. A pair that lacks a picture is left out.
/// @param pair_of  says of a picture, 0 to count - 1, which pair it belongs to
template <class PairOf>
std::vector<std::size_t> pairs_among(std::size_t count, PairOf&& pair_of) {
  std::vector<std::size_t> first;
  for (std::size_t i = 0; i + 1 < count; ++i) {
    if (pair_of(i) == pair_of(i + 1)) first.push_back(i++);
  }
  return first;
}

/// The names of the sets in a folder, its .bin files without the extension, in order. @throws Error(io) when it can't be listed
std::vector<std::string> verification_splits(const std::filesystem::path& folder);

/// Opens `root`, a .bin file, or the file SPLIT.bin in the folder `root`. Without a split the folder has to hold one .bin file only.
/// @throws Error as `VerificationPairs` does; Error(argument) if it is not clear which file is meant, and names those there are
std::unique_ptr<VerificationPairs> open_verification(const std::filesystem::path& root, const DatasetOptions& options = {});

/// Writes pairs (pickle protocol 3: any Python 3 reads it, with and without encoding="bytes").
/// @param pictures  2n files' bytes, pair after pair
/// @param same      n answers
/// @throws Error(argument)  if they are not twice as many as the answers, or one is 4 GiB or larger, @throws Error(io)
void write_verification_bin(const std::filesystem::path& path, std::span<const std::vector<std::byte>> pictures,
                            const std::vector<bool>& same);

}  // namespace faceptor::datasets
