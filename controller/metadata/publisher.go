package metadata

// A Publisher is a room of the node that acts upon the world. All publishers of a node are called one after another, in
// one written order, by the goroutine of the metadata loader; each image is delivered exactly once, and none is left
// out: the base of each delta is the image of the call before.
type Publisher interface {
	// OnMetadata tells that img is the world now; delta is what changed since the call before. It should be quick: the
	// publishers behind it wait. Neither delta nor img may be written.
	OnMetadata(delta *Delta, img *Image)
}

// PublisherFunc is a function as a Publisher.
type PublisherFunc func(delta *Delta, img *Image)

// OnMetadata calls f.
func (f PublisherFunc) OnMetadata(delta *Delta, img *Image) { f(delta, img) }
