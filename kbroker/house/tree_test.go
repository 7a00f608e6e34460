package house

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/kbroker/kbroker/"

// pkg is one package of the module without its tests.
type pkg struct {
	dir     string // "protocol/record"
	files   map[string]*ast.File
	imports []string // module packages without the module's name, others as they are
	doc     bool
}

var fset = token.NewFileSet()

// packages reads every package of the module.
func packages(t *testing.T) map[string]*pkg {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]*pkg{}
	err = filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(root, name)
		rel = filepath.ToSlash(rel)
		if d.IsDir() {
			if rel == "compat-tests" || strings.HasPrefix(d.Name(), ".") && rel != "." || d.Name() == "testdata" || strings.HasSuffix(rel, "-data") {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(rel, ".go") || strings.HasSuffix(rel, "_test.go") {
			return nil
		}
		return read(all, rel, name)
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 20 {
		t.Fatalf("only %d packages were found: the walk looks in the wrong place", len(all))
	}
	return all
}

func read(all map[string]*pkg, rel, name string) error {
	src, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	f, err := parser.ParseFile(fset, rel, src, parser.ParseComments)
	if err != nil {
		return err
	}
	dir := path.Dir(rel)
	p := all[dir]
	if p == nil {
		p = &pkg{dir: dir, files: map[string]*ast.File{}}
		all[dir] = p
	}
	p.files[rel] = f
	p.doc = p.doc || f.Doc != nil
	for _, i := range f.Imports {
		imp, _ := strconv.Unquote(i.Path.Value)
		p.imports = append(p.imports, strings.TrimPrefix(imp, module))
	}
	slices.Sort(p.imports)
	p.imports = slices.Compact(p.imports)
	return nil
}

// within reports whether a package lies in one of the trees: "a/b" is the package itself, "a/b/..." it and all below.
func within(dir string, trees []string) bool {
	return slices.ContainsFunc(trees, func(tree string) bool {
		base, all := strings.CutSuffix(tree, "/...")
		return dir == base || all && strings.HasPrefix(dir, base+"/")
	})
}
